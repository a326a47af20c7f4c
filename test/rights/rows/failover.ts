import { writeFileSync } from "node:fs";
import { planFile } from "../../../src/domain/failover/plan-file.ts";
import { defaultStopRule, type Plan } from "../../../src/domain/failover/plan.ts";
import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { admins, anyOperator, button, members, refusedAct, type Row, sent, shown, typed } from "./row.ts";

/** The one plan of a cell. */
function planOf({ connectionOf }: MatrixHarness): Plan {
  const change = { kind: "reassign", agentId: "agent_2mB6tYf1" } as const;
  const own = [{ connectionId: connectionOf("own"), numberId: "pn_B6d1Vz5H", change }];
  return {
    slug: "tried",
    title: "Tried",
    when: undefined,
    owner: undefined,
    defaultForMs: 3_600_000,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [{ name: "all", askBeforeNext: false, members: own }],
  };
}

/** Stores the one plan of a cell, as a new revision. */
export async function planIn(matrix: MatrixHarness): Promise<string> {
  const { plans } = matrix.harness.infra.store.workspace(alpha.teamId);
  return String((await plans.save(planOf(matrix), { actor: cli, requestId: "req_tried" })).revision);
}

/** Writes that plan to a file beside the database. Returns the path. */
export function planFileIn(matrix: MatrixHarness): string {
  const file = `${matrix.harness.environment["DATABASE_PATH"] ?? ""}-plan.yaml`;
  writeFileSync(file, JSON.stringify(planFile(planOf(matrix), (connectionId) => connectionId)));
  return file;
}

/** Failover plans, and runs of them. */
export const failingOver: readonly Row[] = [
  typed("failover", "failover", shown(members)),
  { ...typed("failover new", "failover new", shown(admins)) },
  typed("failover plan", "failover tried because tried", { ...shown(anyOperator), prepare: planIn }),
  typed("failover practice", "failover tried practice because tried", {
    ...shown(anyOperator),
    prepare: planIn,
  }),
  button("failover:preview", () => JSON.stringify({ slug: "tried" }), {
    ...shown(anyOperator),
    prepare: planIn,
  }),
  typed("failover drill", "failover tried drill", {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    prepare: planIn,
  }),
  button("failover:drill", () => "tried", {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    prepare: planIn,
  }),
  ...["pause", "resume", "stop", "back"].map((word) =>
    typed(`failover ${word}`, `failover tried ${word}`, {
      may: anyOperator,
      yes: "shown",
      no: refusedAct,
      prepare: planIn,
    }),
  ),
  button("run:back", (_matrix, id) => id, {
    may: anyOperator,
    yes: "shown",
    no: refusedAct,
    prepare: async (matrix) => matrix.failover("operator", Number(await planIn(matrix))),
  }),
  sent("failover back", async (matrix, who, id) => matrix.send(who, "fail_back", { from: {}, runId: id }), {
    may: anyOperator,
    yes: "action.refused/not_found",
    no: refusedAct,
    prepare: async (matrix) => matrix.failover("operator", Number(await planIn(matrix))),
  }),
  button("plan:new", () => "new", shown(admins)),
  button("plan:edit", () => "tried", { ...shown(admins), prepare: planIn }),
  button("plan:remove", () => "tried", { ...shown(admins), prepare: planIn }),
  button(
    "plan:removed",
    (_matrix, revision) => JSON.stringify({ slug: "tried", revision: Number(revision) }),
    {
      may: admins,
      yes: "plan.removed",
      no: refusedAct,
      prepare: planIn,
    },
  ),
  button("plan:kept", () => "keep", shown(members, "shown")),
  sent(
    "failover plan",
    async (matrix, who, revision) => {
      const form = { from: {}, slug: "tried", revision: Number(revision) };
      await matrix.send(who, "plan", form, { title: "Tried again", default_for: "2h" });
    },
    { may: admins, yes: "plan.saved", no: refusedAct, prepare: planIn },
  ),
  sent(
    "failover",
    async (matrix, who, revision) =>
      matrix.send(who, "failover", {
        from: {},
        runId: await matrix.failover(who, Number(revision)),
        asked: { slug: "tried" },
      }),
    { may: anyOperator, yes: "action.refused/nothing_to_change", no: refusedAct, prepare: planIn },
  ),
];
