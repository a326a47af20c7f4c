import { digestOf } from "../../../src/operations/shared/digest.ts";
import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { admins, button, refusedAct, type Row, sent, shown, typed } from "./row.ts";

const by = { actor: cli, requestId: "req_tried" } as const;
const changed = { may: admins, yes: "oncall.changed", no: refusedAct } as const;

/** Adds the one schedule of a cell, which leads to an address that is never asked. */
async function scheduleIn({ harness }: MatrixHarness): Promise<string> {
  const { onCallSchedules } = harness.infra.store.workspace(alpha.teamId);
  for (const { id } of await onCallSchedules.list()) await onCallSchedules.remove(id, by);
  const schedule = {
    id: harness.infra.newId("ocs"),
    name: "Tried",
    tool: "grafana",
    schedule: "PTRIED1",
  } as const;
  return (await onCallSchedules.add(schedule, { key: "tried-key", url: "https://127.0.0.1" }, by)).id;
}

/** On-call schedules: only admins see or change what gives roles. */
export const onCallRows: readonly Row[] = [
  typed("oncall", "oncall", shown(admins)),
  button("oncall:new", () => "new", shown(admins)),
  ...["oncall:key", "oncall:people"].map((actionId) =>
    button(actionId, (_matrix, id) => id, { ...shown(admins), prepare: scheduleIn }),
  ),
  button("oncall:remove", (_matrix, id) => id, {
    may: admins,
    yes: "oncall.removed",
    no: refusedAct,
    prepare: scheduleIn,
  }),
  sent(
    "oncall",
    async (matrix, who) => {
      const values = { name: "Tried", tool: "pagerduty", schedule: "PTRIED1", key: "x" };
      await matrix.send(who, "oncall", { from: {} }, values);
    },
    { may: admins, yes: "action.refused/invalid_input", no: refusedAct },
  ),
  sent(
    "oncall_key",
    async (matrix, who, schedule) => matrix.send(who, "oncall_key", { from: {}, schedule }, { key: "x" }),
    { may: admins, yes: "action.refused/invalid_input", no: refusedAct, prepare: scheduleIn },
  ),
  sent(
    "oncall_people",
    async (matrix, who, schedule) =>
      matrix.send(
        who,
        "oncall_people",
        { from: {}, schedule, people: [["PTRIED2", "Tried"]], table: await digestOf([]) },
        {},
      ),
    { ...changed, prepare: scheduleIn },
  ),
];
