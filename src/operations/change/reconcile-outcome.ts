import type { AuditEntry, ChangeRecord, Outcome } from "../../domain/audit/audit-log.ts";
import { personOf } from "../../domain/shared/actor.ts";
import {
  compare,
  compareAfter,
  isNeverReported,
  pick,
  snapshot,
  type Comparison,
  type Snapshot,
} from "../../domain/numbers/change.ts";
import { isSettled, unprovable } from "../../domain/changes/change-record.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";
import { numberLock } from "../shared/locks.ts";
import { partlyAppliedProblem, holdingAdvice, neverShown } from "./apply-and-verify.ts";
import { nextCheckMs, storedAge, type RecordAge } from "./reconcile-schedule.ts";

const minute = 60_000;
/** After this time, what the vendor shows counts as the outcome, in milliseconds. */
const verdictMs = 60 * minute;
/** How long this process must have watched the change before that, in milliseconds: the clock may have been wrong. */
const watchedMs = 5 * minute;
/** The result of reading the number of a change. */
export interface ReconcileResult {
  readonly record: ChangeRecord;
  /** Whether a new outcome was recorded. */
  readonly changed: boolean;
  /** The milliseconds until the next read; undefined if the outcome is known, or given up until the next start. */
  readonly nextInMs: number | undefined;
}

/**
 * Reads the number of a change without a known outcome, and records the outcome if that differs from what was known. It
 * never sends a change, and waits for a running change of the same number. `ageOf` returns the age of the record. Throws
 * not_found if the change does not exist, and not_recorded.
 */
export async function reconcileOutcome(
  ctx: Context,
  changeId: string,
  ageOf = storedAge(ctx),
): Promise<ReconcileResult> {
  const first = await ctx.workspace.audit.change(changeId);
  if (isSettled(first)) return { record: first, changed: false, nextInMs: undefined };
  const { requested } = first;
  // Read before taking the lock, so that no change of this number waits for a slow vendor.
  const observation = await observe(ctx, requested);
  const { connectionId = "", numberId = "" } = requested.number ?? {};
  return ctx.locks.withLock(numberLock(ctx, { connectionId, numberId }), async (lease) => {
    const record = await ctx.workspace.audit.change(changeId);
    if (isSettled(record)) return { record, changed: false, nextInMs: undefined };
    const age = ageOf(requested);
    const finding = await find(ctx, record, observation, age);
    const nextInMs = finding.outcome === "unknown" ? nextCheckAfterMs(finding, age) : undefined;
    if (record.outcome?.outcome === finding.outcome && !finding.over) {
      return { record, changed: false, nextInMs };
    }
    // A server that lost the lock may have recorded the vendor's answer meanwhile.
    const outcome = { ...outcomeOf(ctx, requested, finding, age.ageMs), changeId };
    const changed = await ctx.workspace.audit.settle(outcome, lease);
    const now = await ctx.workspace.audit.change(changeId);
    return { record: now, changed, nextInMs: isSettled(now) ? undefined : nextInMs };
  });
}

function nextCheckAfterMs({ over, unsure }: Finding, { ageMs }: RecordAge): number | undefined {
  if (over) return undefined;
  return nextCheckMs(ageMs) ?? (unsure ? watchedMs : undefined);
}

/** The number at the vendor, or why it could not be read. */
type Observation = { readonly state: Snapshot } | { readonly error: unknown };

async function observe(ctx: Context, requested: AuditEntry): Promise<Observation> {
  try {
    return { state: (await foundByLater(ctx, requested)) ?? (await shownByVendor(ctx, requested)) };
  } catch (error) {
    return { error };
  }
}

interface Finding {
  readonly outcome: Outcome;
  readonly after?: Snapshot;
  readonly problem?: Problem;
  /** Whether reading again is useless: the connection is gone, or the vendor never shows it. */
  readonly over?: boolean;
  /** Whether only more time is needed. */
  readonly unsure?: boolean;
}

async function find(
  ctx: Context,
  { requested }: ChangeRecord,
  observation: Observation,
  age: RecordAge,
): Promise<Finding> {
  const { wanted = {}, before = {}, labels = {}, connection } = requested;
  const connections = await ctx.workspace.connections.list();
  if (!connections.some(({ id }) => id === requested.number?.connectionId)) {
    const words = "Its connection was removed, so nobody can look any more.";
    return { outcome: "unknown", problem: unknown(words), over: true };
  }
  // A later change may have been sent since the number was read.
  const byLater = await foundByLater(ctx, requested);
  if (!byLater && "error" in observation) {
    const { error } = observation;
    if (!isProblem(error))
      ctx.log.error({ requestId: ctx.requestId, changeId: requested.changeId, err: error }, "bug");
    return { outcome: "unknown", problem: unknown("The number cannot be read at the moment.", error) };
  }
  const shown = byLater ?? ("state" in observation ? observation.state : {});
  const after = pick(shown, Object.keys({ ...before, ...wanted }));
  const found: Comparison = compareAfter(wanted, before, shown);
  if (found === "same") return { outcome: "applied", after };
  if (found === "not_reported" && isNeverReported(wanted, [before, shown]))
    return { outcome: "unknown", after, problem: unknown(`Nobody can tell: ${neverShown}.`), over: true };
  if (found === "not_reported")
    return { outcome: "unknown", after, problem: unknown("The vendor does not show what was changed.") };
  const half =
    connection &&
    partlyAppliedProblem(ctx.accounts.vendor(connection.vendor).title, { before, wanted, labels }, after);
  if (half) return { outcome: "refused", after, problem: half };
  // The number was changed elsewhere since, so it shows nothing about this change.
  if (compare(pick(before, Object.keys(wanted)), shown) !== "same") {
    return {
      outcome: "unknown",
      after,
      problem: unknown("The number is neither as before nor as asked; it was changed elsewhere."),
    };
  }
  if ((age.ageMs < verdictMs || age.watchedMs < watchedMs) && !byLater) {
    const problem = unknown("The number does not show the change so far.");
    return { outcome: "unknown", after, problem, unsure: true };
  }
  const words =
    wanted["agent"] === null
      ? `The change was not applied as far as the vendor shows: the agent still answers. ${holdingAdvice}`
      : "The change was not applied as far as the vendor shows.";
  return { outcome: "refused", after, problem: new Problem("vendor_ignored", words) };
}

/**
 * The number as a later change of the same fields read it before it was sent: afterwards the number only shows the later
 * change. If the later change did not take effect, this counts only if this change is visible in it. Undefined without
 * such a change.
 */
async function foundByLater(ctx: Context, requested: AuditEntry): Promise<Snapshot | undefined> {
  const { number, wanted = {}, before = {} } = requested;
  if (!number) throw new Error(`the change ${requested.changeId} names no number`);
  const { connectionId, numberId } = number;
  const newer = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 100 });
  const later = newer.findLast(
    ({ requested: { kind, sequence, before: found = {}, wanted: other = {} }, outcome }) =>
      kind === "change.requested" &&
      sequence > requested.sequence &&
      Object.keys(wanted).every((key) => Object.hasOwn(other, key) && Object.hasOwn(found, key)) &&
      (outcome?.outcome === "applied" || compareAfter(wanted, before, found) === "same"),
  );
  return later?.requested.before;
}

async function shownByVendor(ctx: Context, { number }: AuditEntry): Promise<Snapshot> {
  const { connectionId = "", numberId = "" } = number ?? {};
  const { account } = await openConnection(ctx, connectionId);
  return snapshot(await account.getNumber(numberId, deadline("background", ctx.stopping)));
}

function unknown(words: string, cause?: unknown): Problem {
  return new Problem("outcome_unknown", words, {}, cause);
}

function outcomeOf(
  ctx: Context,
  requested: AuditEntry,
  { outcome, after, problem, over }: Finding,
  ageMs: number,
) {
  const { connection, number, change, before, wanted, labels, reason } = requested;
  const details = over ? { ...requested.details, ...unprovable } : requested.details;
  return {
    kind: "change.outcome",
    actor: ctx.actor,
    requestId: ctx.requestId,
    connection,
    number,
    change,
    before,
    wanted,
    labels,
    reason,
    reasonOf: personOf(requested.actor) ?? requested.details?.for,
    details,
    outcome,
    after,
    problem: problem && { code: problem.code, message: problem.message },
    durationMs: Math.round(ageMs),
  } as const;
}
