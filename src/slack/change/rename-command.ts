import { changeCommand } from "./change-command.ts";

/** Sets or clears a number's name. */
export const rename = changeCommand(
  "rename",
  {
    usage: '[number] [to "<name>"] [for 30m | until 18:00]',
    summary: "Set a number's name; an empty one clears it, where the vendor can",
    examples: ['rename 0100 to "Main line"', 'rename 0100 to ""'],
  },
  (to) => ({ name: to }),
);
