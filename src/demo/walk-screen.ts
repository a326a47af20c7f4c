import { visibleText, type SlackPerson } from "../sandbox/slack/index.ts";

/** The workspace of the walkthrough, the person who does everything, and where. */
export const teamId = "T0PATCH01";
export const operator = "U0OPER001";
export const channelId = "C0INCID01";

/** What is on Omar's screen, if that says something. */
export function says(omar: SlackPerson, words: string): object | undefined {
  const view = omar.view();
  return view && linesOf(view).join("\n").includes(words) ? view : undefined;
}

/** The text on the screen, line by line, without Slack's formatting. */
export function linesOf(shown: object): string[] {
  return visibleText(shown)
    .replaceAll(`<@${operator}>`, "@omar")
    .replace(/<!date\^[^|]*\|([^>]*)>/gu, "$1")
    .replaceAll(":white_check_mark:", "✔")
    .replaceAll(":warning:", "⚠")
    .replace(/[*`\u2060]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "")
    .split("\n");
}
