import type { Command } from "../listener/command.ts";
import { features } from "./features.ts";
import { helpCommand } from "./help-command.ts";

/** Every verb of `/number`, in the order in which help shows them. */
export const commands: readonly Command[] = [
  helpCommand(() => commands),
  ...features.flatMap(({ commands: own = [] }) => own),
];
