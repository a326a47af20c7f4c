import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { forEachInBatches } from "../../domain/shared/event-loop.ts";
import { openConnection, openingOnce, type Context } from "../shared/context.ts";
import { connectionHealth, type ConnectionHealth } from "../connections/list-connections.ts";
import { activeExpiries, type ActiveExpiry } from "../history/active-expiries.ts";
import { pendingApprovals, type PendingApproval } from "../history/pending-approvals.ts";
import { recordsNamedNow, type AskFor } from "../shared/present-names.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** How many of the workspace's last changes are searched for detached numbers. */
const looksBack = 1000;
/** How long to wait for a vendor before relying on the log alone, in milliseconds. */
const waitMs = 2500;
/** How old a list of numbers may be, in milliseconds. */
const freshMs = 60_000;

/** What needs attention in a workspace. */
export interface WorkspaceStatus {
  readonly expiries: readonly ActiveExpiry[];
  /** The runs that are not over, oldest first. */
  readonly runs: readonly Omit<Run, "steps">[];
  /** The ids of such runs that cannot be read. */
  readonly unreadableRuns: readonly string[];
  /** The open approval requests, oldest first. */
  readonly pending: readonly PendingApproval[];
  /** The changes that left a number without an agent, newest first, unless the vendor shows that one answers now. */
  readonly detached: readonly ChangeRecord[];
  /** Changes with an unknown outcome, oldest first. */
  readonly unknown: readonly ChangeRecord[];
  /** Connections that do not respond, or whose lists are requested less often because they keep failing. */
  readonly failing: readonly ConnectionHealth[];
  readonly at: Date;
}

/**
 * Collects what needs attention, from the log and from lists that may be a minute old, with current names. Throws
 * not_allowed.
 */
export async function workspaceStatus(ctx: Context, ask: AskFor = "numbers"): Promise<WorkspaceStatus> {
  await requireRoleAudited(ctx, "viewer", "see the status");
  const once = openingOnce(ctx);
  return readStatus(once, ask, connectionHealth(once));
}

/** `workspaceStatus` for a caller that has checked permissions and is reading the connections' health. */
export async function readStatus(
  ctx: Context,
  ask: AskFor,
  health: Promise<readonly ConnectionHealth[]>,
): Promise<WorkspaceStatus> {
  // Concurrently, so that a vendor that does not respond costs its time only once.
  const [{ expiries: ends, runs, unreadableRuns, pending, unknown }, detached, connections] =
    await Promise.all([openChanges(ctx), leftWithNobody(ctx), health]);
  const records = [...ends.map(({ record }) => record), ...detached, ...unknown];
  const named = await recordsNamedNow(ctx, records, ask);
  return {
    expiries: ends.map((end, at) => ({ ...end, record: named[at] ?? end.record })),
    runs,
    unreadableRuns,
    pending,
    detached: named.slice(ends.length, ends.length + detached.length),
    unknown: named.slice(ends.length + detached.length),
    failing: connections.filter(({ problem }) => problem !== undefined),
    at: ctx.now(),
  };
}

/** What only the store knows, one after the other: side by side, their first batches would share a turn of the event loop. */
async function openChanges(
  ctx: Context,
): Promise<Pick<WorkspaceStatus, "expiries" | "runs" | "unreadableRuns" | "pending" | "unknown">> {
  const expiries = await activeExpiries(ctx);
  const pending = await pendingApprovals(ctx);
  const { runs, unreadable: unreadableRuns } = await ctx.workspace.runs.liveReadable();
  return { expiries, runs, unreadableRuns, pending, unknown: await ctx.workspace.audit.unsettled() };
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

/** For each number, the newest change of its agent that took effect, if it left the number without an agent. */
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

/** The changes of one connection whose numbers have an agent now, according to the vendor. */
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
