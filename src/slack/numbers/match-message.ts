import type { NotSeen } from "../../operations/numbers/listed-number.ts";
import type { NumberMatch } from "../../operations/numbers/match-number.ts";
import { unreadText } from "../../operations/numbers/unread-lists.ts";
import { bold, cut, escape } from "../block-kit/blocks.ts";

/** Explains in mrkdwn why a text does not identify one number for certain. Buttons for the numbers follow. */
export function matchWords(match: NumberMatch & NotSeen, text: string): string {
  const unread = unreadText(match.unanswered);
  const typed = `“${escape(cut(text, 100))}”`;
  switch (match.kind) {
    case "one":
      return "";
    case "several":
      return match.numbers.length === 1
        ? `${typed} names this number, but not every connection answered. Is it the one?${silentWords(match)}`
        : `${typed} names ${match.numbers.length} numbers. Which one?${silentWords(match)}`;
    case "none":
      if (/^\d{1,3}$/u.test(text.trim()))
        return `${typed} is too short: give the last four digits, or more.${silentWords(match)}`;
      if (unread !== undefined)
        return `${escape(unread)} So nobody can say yet whether a number is called ${typed}. Try again in a moment, or give the number's id.${silentWords(match)}${match.nearest.length > 0 ? " The nearest of the others:" : ""}`;
      return `No number is called ${typed}.${match.nearest.length > 0 ? " The nearest:" : ""}${silentWords(match)}`;
  }
}

/** Which connections did not respond, so that their numbers are missing; with a leading blank, or empty. */
export function silentWords({ unanswered, unreadable }: NotSeen): string {
  const silentOnes = unanswered.filter(({ problem }) => !problem.details.loading);
  const names = silentOnes.map(({ connection }) => escape(connection.name)).join(", ");
  const silent = names ? ` :warning: Not answering just now: ${names}.` : "";
  return [silent, ...unreadable.map((one) => ` ${unreadableWords(one)}`)].join("");
}

/** How many numbers of a connection are missing because they could not be read. */
export function unreadableWords({ connection, count }: NotSeen["unreadable"][number]): string {
  const numbers = count === 1 ? "1 number" : `${count} numbers`;
  return `:warning: ${numbers} of ${bold(connection.name)} could not be read.`;
}
