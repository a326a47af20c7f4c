import type { Approval, RequestedChange } from "../../src/domain/changes/approval.ts";
import { approvalEvent } from "../../src/operations/approval/submit-change.ts";
import { worldNumber, type World } from "./world.ts";

const minute = 60_000;

/** Stores a request to detach the world's number, which U1 made, U2 may have approved, and which expires in time. */
export async function requestApproval(
  { ctx, now }: World,
  id: string,
  options: { readonly expiresInMinutes?: number; readonly isApproved?: boolean } = {},
): Promise<Approval> {
  const { expiresInMinutes = 30, isApproved = false } = options;
  const { approvals, connections } = ctx.workspace;
  const [connection] = await connections.list();
  if (!connection) throw new Error("the world has a connection");
  const at = now().toISOString();
  const asked: RequestedChange = {
    changeId: `chg_${id}`,
    key: { connectionId: connection.id, numberId: worldNumber.id },
    change: { kind: "detach" },
    seen: { agent: "agent_a" },
    userId: "U1",
    at,
    e164: worldNumber.e164,
    connection: { id: connection.id, vendor: "cartesia", name: "prod" },
    labels: {},
  };
  const expiresAt = new Date(now().getTime() + expiresInMinutes * minute).toISOString();
  const event = approvalEvent(ctx, { id, asked });
  await approvals.ask({ id, asked, expiresAt }, { ...event, kind: "approval.requested" });
  const by = { kind: "user", userId: "U2", workspaceId: "T1" } as const;
  if (isApproved)
    await approvals.decide(id, { state: "approved", by, at }, { ...event, kind: "approval.approved" });
  const stored = await approvals.find(id);
  if (!stored) throw new Error("it was stored");
  return stored;
}
