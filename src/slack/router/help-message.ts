import type { Command } from "../listener/command.ts";
import { context, escape, message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The verbs that somebody may use, with examples; for one verb alone, all of its examples. */
export function helpMessage(commands: readonly Command[]): Message {
  if (commands.length === 0) {
    const words =
      "You may not use Patchbay in this workspace: it is for full members. Ask an admin of this workspace.";
    return message([section(words)], words);
  }
  const lines = commands.map(({ verb, usage, summary, examples }) => {
    const shown = commands.length === 1 ? examples : examples.slice(-1);
    const tries = shown.map((example) => `\`/number ${escape(example)}\``).join("  ");
    return `*${verb}* ${escape(usage)}\n${escape(summary)}. ${tries}`;
  });
  const footer =
    "A number is named by its name, its E.164, its last four or more digits, or its vendor's id. Every change opens a form first and is on record.";
  const intro = "*Patchbay* shows and changes who answers a phone number.";
  return message(
    [section(intro), ...lines.map((line) => section(line)), context(footer)],
    stripMrkdwn([intro, ...lines, footer].join("\n")),
  );
}
