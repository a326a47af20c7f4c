import type { MatrixHarness } from "../matrix-harness.ts";
import { anyOperator, operators, pressed, refusedAct, type Row } from "./row.ts";

/** Decisions on temporary changes. */
export const decisionButtons: readonly Row[] = (
  [
    ["keep", "timed.kept"],
    ["extend", "timed.extended"],
    ["end", "timed.ended"],
  ] as const
).flatMap(([verb, kind]) =>
  (["own", "protected", "frozen", "foreign"] as const).map((target): Row => {
    const held = {
      own: kind,
      protected: `${kind}/approval_required`,
      frozen: `${kind}/frozen`,
      foreign: "shown",
    };
    const ends = (matrix: MatrixHarness) =>
      new Date(Math.floor(matrix.harness.infra.now().getTime() / 1000) * 1000 + 3_600_000);
    const yes = target === "foreign" || verb === "end" ? held[target] : kind;
    return {
      ...pressed(
        `${verb} timed`,
        `${verb}_change`,
        (_matrix, value) => value,
        {
          may: target === "foreign" ? anyOperator : operators,
          yes,
          no: refusedAct,
          prepare: async (matrix) => {
            const endsAt = ends(matrix);
            return JSON.stringify({ change: await matrix.made(target, endsAt), ends: endsAt.toISOString() });
          },
        },
        target,
      ),
      but: target === "foreign" ? undefined : { narrowed: `${kind}/not_allowed` },
    };
  }),
);
