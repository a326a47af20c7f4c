import type { ChangeRecord } from "../../domain/audit-log.ts";
import { isProblem } from "../../domain/problem.ts";
import { forEachInBatches } from "../../domain/event-loop.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { listConnections, type ConnectionHealth } from "../connections/list-connections.ts";
import { activeExpiries, type ActiveExpiry } from "../history/active-expiries.ts";
import { pendingApprovals, type PendingApproval } from "../history/pending-approvals.ts";
import { recordsNamedNow, type AskFor } from "../shared/present-names.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** How many of the workspace's last changes are looked through for numbers that were detached. */
const looksBack = 1000;
/** How long a vendor may take before the log is believed alone, in milliseconds. */
const waitMs = 2500;
/** How old a list of numbers may be, in milliseconds. */
const freshMs = 60_000;

/** What is not as usual in a workspace now. */
export interface WorkspaceStatus {
  readonly ends: readonly ActiveExpiry[];
  /** The requests that are awaiting approval, oldest first. */
  readonly pending: readonly PendingApproval[];
  /** The changes that have left numbers with nobody, newest first; a number that its vendor shows answered is not in it. */
  readonly detached: readonly ChangeRecord[];
  /** Changes that nobody knows the end of, oldest first. */
  readonly unknown: readonly ChangeRecord[];
  /** Connections that do not answer, or whose lists are left alone because they keep failing. */
  readonly failing: readonly ConnectionHealth[];
  readonly at: Date;
}

/**
 * Gathers what is not as usual, from the log and from lists that may be a minute old, with numbers called as they are now.
 * Throws not_allowed.
 */
export async function workspaceStatus(ctx: Context, ask: AskFor = "numbers"): Promise<WorkspaceStatus> {
  await requireRoleAudited(ctx, "viewer", "see the status");
  // All at once, so that a vendor that does not answer is waited for once.
  const [ends, pending, detached, unknown, connections] = await Promise.all([
    activeExpiries(ctx),
    pendingApprovals(ctx),
    leftWithNobody(ctx),
    ctx.workspace.audit.unsettled(),
    listConnections(ctx),
  ]);
  const records = [...ends.map(({ record }) => record), ...detached, ...unknown];
  const named = await recordsNamedNow(ctx, records, ask);
  return {
    ends: ends.map((end, at) => ({ ...end, record: named[at] ?? end.record })),
    pending,
    detached: named.slice(ends.length, ends.length + detached.length),
    unknown: named.slice(ends.length + detached.length),
    failing: connections.filter(({ problem }) => problem !== undefined),
    at: ctx.now(),
  };
}

async function leftWithNobody(ctx: Context): Promise<ChangeRecord[]> {
  const changes = await ctx.workspace.audit.changes({ limit: looksBack });
  const left = detachedLast(changes);
  const byConnection = new Map<string, ChangeRecord[]>();
  for (const record of left) {
    const { connectionId = "" } = record.requested.number ?? {};
    byConnection.set(connectionId, [...(byConnection.get(connectionId) ?? []), record]);
  }
  const answered = await Promise.all(
    [...byConnection].map(async ([connectionId, records]) => answeredAmong(ctx, connectionId, records)),
  );
  const all = new Set(answered.flat());
  return left.filter((record) => !all.has(record));
}

/** Of each number the newest change of who answers that took effect, where that left it with nobody. */
function detachedLast(newestFirst: readonly ChangeRecord[]): ChangeRecord[] {
  const newest = new Map<string, ChangeRecord>();
  for (const record of newestFirst) {
    const { number, wanted = {} } = record.requested;
    if (!number || !("agent" in wanted) || record.outcome?.outcome !== "applied") continue;
    const key = `${number.connectionId}/${number.numberId}`;
    if (!newest.has(key)) newest.set(key, record);
  }
  return [...newest.values()].filter(({ requested }) => requested.wanted?.["agent"] === null);
}

/** Those of some changes of one connection whose numbers the vendor shows answered. */
async function answeredAmong(
  ctx: Context,
  connectionId: string,
  records: readonly ChangeRecord[],
): Promise<ChangeRecord[]> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    const numbers = await account.listNumbers(AbortSignal.timeout(waitMs), freshMs);
    const answered = new Set<string>();
    await forEachInBatches(numbers, ({ id, agent }) => {
      if (agent) answered.add(id);
    });
    return records.filter(({ requested }) => answered.has(requested.number?.numberId ?? ""));
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}
