import { changeCommand } from "./change-command.ts";

/** Changes the vendor's other fields of a number. */
export const edit = changeCommand("edit", {
  usage: "[number] [for 30m | until 18:00]",
  summary: "Change other fields of a number",
  examples: ["edit Support line"],
});
