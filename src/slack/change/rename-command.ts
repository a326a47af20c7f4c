import { changeCommand } from "./change-command.ts";

export const rename = changeCommand(
  "rename",
  {
    usage: '[number] [to "<name>"] [for 30m | until 18:00]',
    summary: "Change the name of a number",
    details: "Set the name of a number. An empty name clears it, if the vendor allows that.",
    examples: ['rename 0100 to "Main line"', 'rename 0100 to ""'],
  },
  (to) => ({ name: to }),
);
