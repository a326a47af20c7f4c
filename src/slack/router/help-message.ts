import type { Button } from "@slack/types";
import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import { commandGroups, type Command, type CommandGroup } from "../listener/command.ts";
import {
  actions,
  button,
  code,
  context,
  escape,
  message,
  section,
  type Message,
} from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

const groupTitles: Readonly<Record<CommandGroup, string>> = {
  look: "Look",
  change: "Change",
  undo: "Undo",
  incident: "Incident",
  restrict: "Restrict",
  admin: "Admin",
};

const starters = {
  operator: ["reassign 0100 to Night Bot for 30m", "show 0100", "undo"],
  viewer: ["list", "show 0100", "history"],
};

const footer =
  "Name a number by its name, its last four or more digits, its E.164 number or its vendor's id. Changes open a form first and are recorded. Details and examples: `/number help reassign`.";

/** The commands of a role, a line each in their groups, with examples to copy and buttons on top. */
export function helpMessage(commands: readonly Command[], role: Role): Message {
  if (commands.length === 0) {
    const words =
      "You may not use Patchbay in this workspace: it is for full members. Ask an admin of this workspace.";
    return message([section(words)], words);
  }
  const lines = starters[roleIsEnough(role, "operator") ? "operator" : "viewer"];
  const top = ["*Patchbay* shows and changes who answers a phone number.", ...lines.map(lineToCopy)].join(
    "\n",
  );
  const groups = commandGroups.flatMap((group) => {
    const own = commands.filter((command) => command.group === group && command.verb !== "help");
    const rows = own.map(({ verb, summary }) => `${code(verb)} ${escape(summary)}`);
    return rows.length === 0 ? [] : [[`*${groupTitles[group]}*`, ...rows].join("\n")];
  });
  return message(
    [section(top), actions(startButtons(role)), ...groups.map((each) => section(each)), context(footer)],
    stripMrkdwn([top, ...groups, footer].join("\n")),
  );
}

/** One command: its arguments, what it does, and all its examples. */
export function commandHelpMessage({ verb, usage, summary, details, examples }: Command): Message {
  const words = [
    `*${verb}* ${escape(usage)}`,
    escape(details ?? `${summary}.`),
    ...examples.map(lineToCopy),
  ].join("\n");
  return message([section(words), context(footer)], stripMrkdwn([words, footer].join("\n")));
}

function lineToCopy(line: string): string {
  return `\`/number ${escape(line)}\``;
}

function startButtons(role: Role): Button[] {
  return [
    ...(roleIsEnough(role, "operator") ? [button("open:reassign", "Reassign", "new", "primary")] : []),
    button("list:new", "List", "all"),
    button("status:new", "Status", "now"),
  ];
}
