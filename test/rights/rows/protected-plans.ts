import { defaultStopRule, type Plan } from "../../../src/domain/failover/plan.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import { digestOf } from "../../../src/operations/shared/digest.ts";
import { until } from "../../support/until.ts";
import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Who } from "../people.ts";
import { anyOperator, approvers, button, pressed, refusedAct, type Row, sent, shown } from "./row.ts";

const holding = { kind: "reassign", agentId: "agent_2mB6tYf1" } as const;
const numberOf = (matrix: MatrixHarness) => ({
  connectionId: matrix.connectionOf("protected"),
  numberId: "pn_own2",
});

/** Stores the one plan of a cell, with the protected number, as a new revision. */
async function planIn(matrix: MatrixHarness): Promise<number> {
  const plan: Plan = {
    slug: "tried",
    title: "Tried",
    when: undefined,
    owner: undefined,
    defaultForMs: 3_600_000,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [{ name: "all", askBeforeNext: false, members: [{ ...numberOf(matrix), change: holding }] }],
  };
  const { plans } = matrix.harness.infra.store.workspace(alpha.teamId);
  return (await plans.save(plan, { actor: cli, requestId: "req_tried" })).revision;
}

const stepOf = (matrix: MatrixHarness): RunStep => ({
  key: numberOf(matrix),
  connection: "cartesia demo",
  vendor: "cartesia",
  tier: 0,
  changeId: matrix.harness.infra.newId("chg"),
  change: holding,
  approval: "run",
  first: { agent: holding.agentId },
  last: { agent: matrix.agentOf("protected") },
  now: { agent: matrix.agentOf("protected") },
  labels: {},
  verdict: { kind: "will_switch" },
});

/** Somebody confirms a failover of the protected number that was shown to them. */
async function confirm(matrix: MatrixHarness, who: Who, revision: number): Promise<void> {
  const runId = await matrix.failover(who, revision, [stepOf(matrix)]);
  const { approvals } = matrix.harness.infra.store.workspace(alpha.teamId);
  // Those of earlier cells, which the preview shows.
  const waiting = (await approvals.inState("open")).map(({ id }) => id);
  await matrix.send(who, "failover", { from: {}, runId, asked: { slug: "tried" }, waiting });
}

/** The operator's request for a failover that can no longer begin, because the plan was changed. Gives its id. */
async function request(matrix: MatrixHarness): Promise<string> {
  const { audit } = matrix.harness.infra.store.workspace(alpha.teamId);
  const [newest] = await audit.entries({ limit: 1 });
  const finished = matrix.finished();
  await confirm(matrix, "operator", await planIn(matrix));
  let approval: string | undefined;
  await until("the request for approval", async () => {
    const fresh = (await audit.entries({ limit: 500 })).filter(
      ({ sequence }) => sequence > (newest?.sequence ?? 0),
    );
    approval = fresh.find(({ kind }) => kind === "approval.requested")?.details?.["approval"];
    return approval !== undefined && matrix.finished() > finished;
  });
  await planIn(matrix);
  return approval ?? "";
}

/** Approving plans, and runs with protected numbers. */
export const approvingPlans: readonly Row[] = [
  button("plan:approve", () => "tried", {
    ...shown(approvers),
    prepare: async (matrix) => String(await planIn(matrix)),
  }),
  sent(
    "approve plan",
    async (matrix, who, revision) =>
      matrix.send(who, "approve_plan", {
        from: {},
        slug: "tried",
        revision: Number(revision),
        shown: await digestOf([numberOf(matrix)]),
      }),
    {
      may: approvers,
      yes: "plan.approved",
      no: refusedAct,
      prepare: async (matrix) => String(await planIn(matrix)),
    },
    "protected",
  ),
  sent(
    "failover",
    async (matrix, who, revision) => confirm(matrix, who, Number(revision)),
    {
      may: anyOperator,
      yes: "approval.requested",
      no: refusedAct,
      prepare: async (matrix) => String(await planIn(matrix)),
    },
    "protected",
  ),
  button("failover:without", (_matrix, runId) => runId, {
    may: ["operator"],
    yes: "action.refused/nothing_to_change",
    no: refusedAct,
    prepare: async (matrix) => matrix.failover("operator", await planIn(matrix)),
  }),
  pressed(
    "approve run",
    "approve",
    (_matrix, approval) => approval,
    { may: approvers, yes: "approval.approved action.refused/conflict", no: refusedAct, prepare: request },
    "protected",
  ),
  button("approval:numbers", (_matrix, approval) => approval, {
    ...shown(approvers),
    prepare: request,
  }),
];
