import type { ApprovalCount } from "../../src/domain/access/protection.ts";
import type { RequestedRun } from "../../src/domain/changes/approval.ts";
import { runCover } from "../../src/operations/access/run-approval.ts";
import type { ChangeRequest } from "../../src/operations/access/change-request.ts";
import type { Context } from "../../src/operations/shared/context.ts";
import { failoverOf, runStepOf } from "./failover/run-steps.ts";

export const person = (userId: string) => ({ kind: "user", userId, workspaceId: "T1" }) as const;
export const system = { kind: "system", job: "test" } as const;
export const entry = { actor: system, requestId: "req_1" } as const;
export const key = { connectionId: "con_1", numberId: "num_1" };
export const step = { runId: "run_1", position: 0 };
export const request: ChangeRequest = {
  changeId: "chg_num_1",
  key,
  change: { kind: "reassign", agentId: "agent_a" },
  seen: { agent: "agent_b" },
};

/** Begins the run with one protected number, as approved by its own request or with its plan. */
export async function beginRun(ctx: Context, approval: "plan" | "run", approvalId?: string): Promise<void> {
  const { runs } = ctx.workspace;
  await runs.show(failoverOf("run_1", [runStepOf("num_1", { approval }), runStepOf("num_2")]));
  await runs.begin("run_1", { userId: "U1" }, { ...entry, kind: "failover.begun" }, { approval: approvalId });
}

/** Stores a request for the run, which somebody has approved. */
export async function approveRun(
  ctx: Context,
  by = "U2",
  asked: Partial<RequestedRun> = {},
  onCall?: string,
): Promise<void> {
  const { approvals } = ctx.workspace;
  const run: RequestedRun = {
    runId: "run_1",
    kind: "failover",
    preview: "",
    plan: { slug: "cartesia-down", revision: 3, title: "" },
    counts: {},
    changes: 2,
    protected: 1,
    numbers: [],
    overrode: [],
    userId: "U1",
    at: ctx.now().toISOString(),
    ...asked,
  };
  const expiresAt = new Date(ctx.now().getTime() + 60_000).toISOString();
  await approvals.ask(
    { id: "apr_1", asked: run, expiresAt, wanted: 1 },
    { ...entry, kind: "approval.requested" },
  );
  const decision = { state: "approved", by: person(by), at: expiresAt, onCall } as const;
  await approvals.decide("apr_1", decision, { ...entry, kind: "approval.approved" });
}

/** Protects the number of the step. */
export async function protect({ workspace, now }: Context, approvals: ApprovalCount): Promise<void> {
  const { settings, protections } = workspace;
  const { settings: before } = await settings.readNow();
  await settings.write(
    { ...before, protection: { on: true, minutes: 30, breakGlass: false } },
    { ...entry, outcome: "applied" },
  );
  const at = now().toISOString();
  await protections.set({ ...key, title: "Roadside", approvals, at }, { ...entry, kind: "protection.set" });
}

/** The context while Slack does not say what anybody may do. */
export function silentSlack(ctx: Context): Context {
  const unknown = { role: "none", approver: false, deniedConnections: [] } as const;
  const permissions = async () => ({ ...unknown, unavailableReason: "Slack is silent." });
  return { ...ctx, authorizer: { permissions } };
}

/** What is wrong with a request; undefined if it is approved. */
export async function wrongWith(
  ctx: Context,
  wanted: Partial<ChangeRequest> = {},
  at: Partial<typeof step> = {},
): Promise<string | undefined> {
  const cover = await runCover(ctx, { ...request, ...wanted }, { ...step, ...at });
  return "missing" in cover ? cover.missing.code : undefined;
}
