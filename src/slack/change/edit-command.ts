import { changeCommand } from "./change-command.ts";

export const edit = changeCommand("edit", {
  usage: "[number] [for 30m | until 18:00]",
  summary: "Change other fields of a number",
  examples: ["edit Support line"],
});
