import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import {
  isRunApproval,
  type ChangeApproval,
  type RequestedChange,
} from "../../../src/domain/changes/approval.ts";
import { approvalEvent } from "../../../src/operations/approval/approval-event.ts";
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
  const by = { kind: "user", userId: "U2", workspaceId: "T1" } as const;
  if (isApproved)
    await approvals.decide(id, { state: "approved", by, at }, { ...event, kind: "approval.approved" });
  const stored = await approvals.find(id);
  if (!stored || isRunApproval(stored)) throw new Error("it was stored");
  return stored;
}

/** No run is approved here. */
export const noRuns = { begin: async () => undefined, carryOut: async () => undefined };
