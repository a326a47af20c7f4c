import { voiceOps } from "../../support/fixtures.ts";
import type { Target } from "../targets.ts";
import { keyboard, members, operators, type Rest, type Row, shown } from "./row.ts";

const mentioned = (verb: string, line: string, rest: Rest, target: Target = "own"): Row => ({
  verb,
  surface: "mention",
  target,
  ...rest,
  act: async (matrix, who) =>
    keyboard(matrix, who).mention(`@Patchbay ${line.replace("%", matrix.nameOf(target))}`, {
      channelId: voiceOps,
    }),
});

/**
 * Mentions of the app. What only looks is answered. Everything else is answered with a button, and the rows of buttons try
 * who may press it.
 */
export const mentioning: readonly Row[] = [
  mentioned("help", "help", shown(members, "shown")),
  mentioned("list", "list", shown(members)),
  mentioned("status", "status", shown(members)),
  mentioned("show", "show %", shown(members)),
  // By name there is none such here.
  mentioned("show", "show %", shown(members), "foreign"),
  mentioned("history", "history", shown(members)),
  mentioned("reassign", "reassign % to Dispatch because tried", shown(operators)),
  mentioned("reassign", "reassign % to Dispatch because tried", shown(operators), "protected"),
  mentioned("detach", "detach % because tried", shown(operators)),
  mentioned("freeze", "freeze % because tried", shown(members, "shown")),
  mentioned("settings", "settings", shown(members, "shown")),
];
