import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { FirstCallProof } from "../../domain/changes/first-call.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import { deadline, openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { agentLabels } from "./list-agents.ts";
import { firstCallOf } from "../history/first-calls.ts";
import { activeExpiries, type ActiveExpiry } from "../history/active-expiries.ts";
import { pendingApprovals, type PendingApproval } from "../history/pending-approvals.ts";
import { previewPolicy, type Restrictions } from "../access/policy.ts";
import { mayOperate, requireRoleAudited } from "../access/permissions.ts";

/** A number read live, with what Patchbay knows about it. */
export interface NumberView {
  readonly key: NumberKey;
  readonly connection: Connection;
  readonly vendor: Vendor;
  readonly number: PhoneNumber;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  readonly readAt: Date;
  /** The freezes and protections that apply; undefined if they cannot be read, and then nothing can be changed. */
  readonly restrictions: Restrictions | undefined;
  /** The newest change of the agent through Patchbay that took effect or may have, if any. */
  readonly lastChange: ChangeRecord | undefined;
  /** Who answered the first calls since that change, as far as it is on record. */
  readonly firstCall: FirstCallProof;
  /** Its temporary changes. */
  readonly expiries: readonly ActiveExpiry[];
  /** The runs that hold it, such as a failover. */
  readonly runs: readonly Omit<Run, "steps">[];
  /** The approval requests for it. */
  readonly pending: readonly PendingApproval[];
  /** The address of its runbook. */
  readonly runbook: string | undefined;
}

/**
 * Reads a number live for its card, with whether the person may change it, and is an admin. It checks permissions and opens the
 * connection only once. Throws not_allowed, not_found, not_connected and what the vendor's read throws.
 */
export async function loadNumberCard(
  ctx: Context,
  key: NumberKey,
): Promise<{ readonly view: NumberView; readonly mayChange: boolean; readonly isAdmin: boolean }> {
  const permissions = await requireRoleAudited(ctx, "viewer", "see numbers");
  const view = await readNumber(ctx, await openConnection(ctx, key.connectionId), key);
  return {
    view,
    mayChange: mayOperate(permissions, key.connectionId),
    isAdmin: permissions.role === "admin",
  };
}

/** Reads one number live, for a caller that has checked permissions and opened the connection. */
export async function readNumber(ctx: Context, open: OpenConnection, key: NumberKey): Promise<NumberView> {
  const [number, labels, changes, expiries, runs, pending, runbook] = await Promise.all([
    open.account.getNumber(key.numberId, deadline("form")),
    agentLabels(open),
    ctx.workspace.audit.changes({ number: key, limit: 200 }),
    activeExpiries(ctx, key),
    ctx.workspace.runs.holding(key),
    pendingApprovals(ctx, key),
    ctx.workspace.runbooks.of(key),
  ]);
  const lastChange = changes.find(changedWhoAnswers);
  return {
    // The id as the vendor returns it, because policy and locks depend on it.
    key: { connectionId: open.connection.id, numberId: number.id },
    connection: open.connection,
    vendor: open.vendor,
    number,
    labels,
    readAt: ctx.now(),
    restrictions: (await previewPolicy(ctx))?.(key),
    lastChange,
    firstCall: await firstCallOf(ctx, lastChange),
    expiries,
    runs,
    pending,
    runbook,
  };
}

/** Whether the agent was changed, or may have been: a change without an outcome may have taken effect. */
function changedWhoAnswers({ requested, outcome }: ChangeRecord): boolean {
  const sent = requested.kind === "change.requested" && outcome?.outcome !== "refused";
  return sent && "agent" in (requested.wanted ?? {});
}
