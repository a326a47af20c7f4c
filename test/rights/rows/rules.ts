import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import {
  admins,
  anyOperator,
  button,
  members,
  operators,
  refusedAct,
  type Row,
  sent,
  shown,
  typed,
} from "./row.ts";

const aRule = { id: "rul_tried", title: "Tried", demand: "at least 1 keep an agent" };
const ruleEntry = { actor: cli, requestId: "req_tried" } as const;

/** Stores the one rule of a cell. */
async function ruleIn({ harness, connectionOf }: MatrixHarness): Promise<string> {
  const { rules } = harness.infra.store.workspace(alpha.teamId);
  const details = { rule: aRule.id, title: aRule.title, demand: aRule.demand };
  await rules.remove(aRule.id, { ...ruleEntry, kind: "rule.removed", details });
  const scopes = [{ connectionId: connectionOf("own") }];
  const { id, title } = aRule;
  const rule = { id, title, scopes, demand: { kind: "keep_agent", atLeast: 1 } } as const;
  await rules.set(rule, { ...ruleEntry, kind: "rule.set", details });
  return id;
}

/** Turns automation on or off. */
async function gateIs(isClosed: boolean, { harness }: MatrixHarness): Promise<string> {
  const { rules } = harness.infra.store.workspace(alpha.teamId);
  const entry = { actor: cli, requestId: "req_tried", details: { gate: "automation" } };
  if ((await rules.closedGate()) !== undefined) await rules.openGate({ ...entry, kind: "gate.opened" });
  const gate = { by: cli, reason: "tried", at: new Date(0).toISOString() };
  if (isClosed) await rules.closeGate(gate, { ...entry, kind: "gate.closed" });
  return "";
}

/** Safety rules, and the gate of automation. */
export const ruling: readonly Row[] = [
  typed("rules", "rules", shown(members)),
  typed("gate", "gate", shown(members)),
  typed("gate automation off", "gate automation off because tried", {
    may: operators,
    yes: "gate.closed",
    no: refusedAct,
    prepare: async (matrix) => gateIs(false, matrix),
  }),
  typed("gate automation on", "gate automation on because tried", {
    may: admins,
    yes: "gate.opened",
    no: refusedAct,
    prepare: async (matrix) => gateIs(true, matrix),
  }),
  button("rule:new", () => "new", shown(admins)),
  button("rule:remove", (_matrix, id) => id, {
    may: admins,
    yes: "rule.removed",
    no: refusedAct,
    prepare: ruleIn,
  }),
  button("rule:override", (_matrix, id) => id, { ...shown(anyOperator), prepare: ruleIn }),
  sent(
    "rules",
    async (matrix, who) => {
      const values = { kind: "keep_agent", title: matrix.harness.infra.newId("rule"), count: "1" };
      await matrix.send(who, "rule", { from: {} }, { ...values, numbers: matrix.nameOf("own") });
    },
    { may: admins, yes: "rule.set", no: refusedAct },
  ),
  sent(
    "override rules",
    async (matrix, who, id) => matrix.send(who, "override", { from: {}, ruleIds: [id] }, { reason: "tried" }),
    { may: anyOperator, yes: "rule.overridden", no: refusedAct, prepare: ruleIn },
  ),
];
