import { changeCommand } from "./change-command.ts";

export const reassign = changeCommand(
  "reassign",
  {
    usage: "[number] [to <agent>] [for 30m | until 18:00] [because …]",
    summary: "Give a number another agent",
    examples: [
      "reassign",
      "reassign 0100 to Night Bot because the main bot talks nonsense",
      "reassign 0100 to Night Bot for 30m",
    ],
  },
  (to) => (to ? { agentText: to } : {}),
);
