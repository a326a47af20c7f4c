import { changeCommand } from "./change-command.ts";

export const detach = changeCommand("detach", {
  usage: "[number] [for 30m | until 18:00] [because …]",
  summary: "Leave a number without an agent",
  details: "Leave a number without an agent: callers then reach nobody.",
  examples: ["detach +1 415 555 0100 because the agent is looping"],
});
