import { voiceOps } from "../../support/fixtures.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import {
  anyOperator,
  chosen,
  keyboard,
  made,
  operators,
  pressed,
  refusedAct,
  refusedChange,
  type Row,
  sent,
  shown,
  typed,
} from "./row.ts";

/** Undo and restore. */
export const undoing: readonly Row[] = (["own", "protected", "frozen", "foreign"] as const).flatMap(
  (target): Row[] => {
    const yes = {
      own: made,
      protected: "approval.requested",
      frozen: "change.refused/frozen",
      foreign: "action.refused/not_found",
    }[target];
    const may = target === "foreign" ? anyOperator : operators;
    const prepare = async (matrix: MatrixHarness) => matrix.made(target);
    const form = (verb: string, to: "before" | "made"): Row => ({
      ...sent(
        verb,
        async (matrix, who, changeId) => {
          const seen = { agent: matrix.agentOf(target) };
          await matrix.send(
            who,
            "restore",
            { changeId, to, from: {}, title: "It", seen },
            { reason: "tried" },
          );
        },
        {
          may,
          yes: to === "made" && target !== "foreign" ? "change.refused/nothing_to_change" : yes,
          no: refusedAct,
          prepare,
        },
        target,
      ),
      but: target === "foreign" ? undefined : { narrowed: refusedChange },
    });
    return [
      {
        ...typed("undo", "", { ...shown(may), prepare }, target),
        act: async (matrix, who, changeId) =>
          keyboard(matrix, who).command(`undo ${changeId}`, { channelId: voiceOps }),
      },
      pressed("undo", "undo", (_matrix, changeId) => changeId, { ...shown(may), prepare }, target),
      pressed(
        "revert anyway",
        "undo_anyway",
        (_matrix, changeId) => JSON.stringify({ changeId, to: "before", overNewer: true }),
        { ...shown(may), prepare },
        target,
      ),
      chosen("undo", (_matrix, changeId) => `undo ${changeId}`, { ...shown(may), prepare }, target),
      pressed("restore", "restore", (_matrix, changeId) => changeId, { ...shown(may), prepare }, target),
      pressed(
        "restore one of several",
        "restore:1",
        (_matrix, changeId) => changeId,
        { ...shown(may), prepare },
        target,
      ),
      form("undo", "before"),
      form("restore", "made"),
    ];
  },
);
