import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import {
  isRunApproval,
  type ChangeApproval,
  type RequestedChange,
} from "../../../src/domain/changes/approval.ts";
import { approvalEvent } from "../../../src/operations/approval/approval-event.ts";
import { nobody } from "../../support/fixtures.ts";
import { worldNumber, type World } from "../../support/world.ts";

const minute = 60_000;

/** Stores a request to detach the world's number, which U1 made, U2 may have approved, and which expires in time. */
export async function requestApproval(
  { ctx, now }: Pick<World, "ctx" | "now">,
  id: string,
  options: Partial<Pick<RequestedChange, "change" | "seen" | "details">> & {
    readonly expiresInMinutes?: number;
    readonly isApproved?: boolean;
    readonly wanted?: ApprovalCount;
    readonly numberId?: string;
  } = {},
): Promise<ChangeApproval> {
  const { wanted = 1, expiresInMinutes = 30, isApproved = false, numberId = worldNumber.id } = options;
  const { change = { kind: "detach" }, seen = { agent: "agent_a" }, details = {} } = options;
  const { approvals, connections } = ctx.workspace;
  const [connection] = await connections.list();
  if (!connection) throw new Error("the world has a connection");
  const at = now().toISOString();
  const asked: RequestedChange = {
    changeId: `chg_${id}`,
    key: { connectionId: connection.id, numberId },
    change,
    seen,
    details,
    userId: "U1",
    at,
    e164: worldNumber.e164,
    connection: { id: connection.id, vendor: "cartesia", name: "prod" },
    labels: {},
  };
  const expiresAt = new Date(now().getTime() + expiresInMinutes * minute).toISOString();
  const event = approvalEvent(ctx, { id, asked });
  await approvals.ask({ id, asked, expiresAt, wanted }, { ...event, kind: "approval.requested" });
  const second = { kind: "user", userId: "U2", workspaceId: "T1" } as const;
  if (isApproved)
    await approvals.decide(
      id,
      { state: "approved", by: second, at },
      { ...event, kind: "approval.approved" },
    );
  const stored = await approvals.find(id);
  if (!stored || isRunApproval(stored)) throw new Error("it was stored");
  return stored;
}

export const by = {
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  outcome: "applied",
} as const;

/** Makes approvers of the people of a schedule in PagerDuty, which pages them. */
export async function schedulePages({ ctx }: Pick<World, "ctx">): Promise<void> {
  const schedule = { id: "ocs_1", name: "Voice", tool: "pagerduty", schedule: "PI7DH85" } as const;
  const access = { key: "a-key-of-pagerduty", service: "PIJ90N7", from: "voice@example.com" };
  await ctx.workspace.onCallSchedules.add(schedule, access, by);
  await ctx.workspace.settings.write({ roles: { approver: { ...nobody, schedules: ["ocs_1"] } } }, by);
}

/** No run is approved here. */
export const noRuns = { begin: async () => undefined, carryOut: async () => undefined };
