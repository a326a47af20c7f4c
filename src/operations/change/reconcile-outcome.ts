import { storedAgeMs } from "../../domain/age.ts";
import type { AuditEntry, ChangeRecord, Outcome } from "../../domain/audit-log.ts";
import {
  compare,
  compareAfter,
  isNeverReported,
  pick,
  snapshot,
  type Comparison,
  type Snapshot,
} from "../../domain/change.ts";
import { isSettled, unprovable } from "../../domain/change-record.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";
import { halfDone, holdingAdvice, neverShown } from "./apply-and-verify.ts";

const minute = 60_000;
/** How long a change may stay unknown before what the vendor shows is taken as the truth, in milliseconds. */
const verdictMs = 60 * minute;
/**
 * How long this process has to have looked at a change before that, in milliseconds: its record may have been dated by a
 * clock that was wrong.
 */
const watchedMs = 5 * minute;
/** How long a number that cannot be read is looked at, in milliseconds; after that again at the next start. */
const longestMs = 24 * 60 * minute;
/** When a change is looked at again, counted from its record: at once, soon, then less and less often. In milliseconds. */
const earlyLooksMs = [0, 2000, 10_000, 30_000, minute];
const everyMs = 5 * minute;

/** How old the record of a change is, and how much of that this process has seen, in milliseconds. */
export interface RecordAge {
  readonly ageMs: number;
  readonly watchedMs: number;
}

/** What a look at a change led to. */
export interface ReconcileResult {
  readonly record: ChangeRecord;
  /** Whether this look wrote an outcome that differs from what was known. */
  readonly changed: boolean;
  /** In how many milliseconds to look again; undefined when the matter is settled, or given up until the next start. */
  readonly nextInMs: number | undefined;
}

/** In how many milliseconds to look again at a change of that age, in milliseconds; undefined when it is over. */
export function nextLook(age: number): number | undefined {
  const early = earlyLooksMs.find((offset) => offset > age);
  const next = early ?? (Math.floor(age / everyMs) + 1) * everyMs;
  return next > longestMs ? undefined : next - age;
}

/**
 * Looks at the number of a change that has no outcome, or an unknown one, and writes down what the vendor shows when
 * that differs from what was known. Nothing is ever sent. It waits for a change of the same number that is under way.
 * `ageOf` tells how old the record is. Throws not_found for a change that there is none of, and not_recorded.
 */
export async function reconcileOutcome(
  ctx: Context,
  changeId: string,
  ageOf = storedAge(ctx),
): Promise<ReconcileResult> {
  const first = await ctx.workspace.audit.change(changeId);
  if (isSettled(first)) return { record: first, changed: false, nextInMs: undefined };
  const { requested } = first;
  // Before its turn: nobody's change of this number waits for a vendor that takes its time over a look.
  const sight = await look(ctx, requested);
  const { connectionId = "", numberId = "" } = requested.number ?? {};
  return ctx.withLock(`${ctx.workspace.id}/${connectionId}/${numberId}`, async () => {
    const record = await ctx.workspace.audit.change(changeId);
    if (isSettled(record)) return { record, changed: false, nextInMs: undefined };
    const age = ageOf(requested);
    const finding = await find(ctx, record, sight, age);
    const nextInMs = finding.outcome === "unknown" ? nextLookAfter(finding, age) : undefined;
    if (record.outcome?.outcome === finding.outcome && !finding.over) {
      return { record, changed: false, nextInMs };
    }
    await ctx.workspace.audit.append(outcomeOf(ctx, requested, finding, age.ageMs));
    return { record: await ctx.workspace.audit.change(changeId), changed: true, nextInMs };
  });
}

/** How old the record of a change is; one that is from the future counts as new, so that nothing is concluded early. */
function storedAge(ctx: Context): (requested: AuditEntry) => RecordAge {
  return ({ at }) => ({
    ageMs: storedAgeMs(new Date(at), ctx.now()) ?? 0,
    watchedMs: Number.POSITIVE_INFINITY,
  });
}

function nextLookAfter({ over, unsure }: Finding, { ageMs }: RecordAge): number | undefined {
  if (over) return undefined;
  return nextLook(ageMs) ?? (unsure ? watchedMs : undefined);
}

/** What the vendor shows, or why it does not. */
type Observation = { readonly state: Snapshot } | { readonly error: unknown };

async function look(ctx: Context, requested: AuditEntry): Promise<Observation> {
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
  /** Whether looking again can bring nothing: no connection any more to look through, or a vendor that never says. */
  readonly over?: boolean;
  /** Whether it takes more time, and nothing else, to tell. */
  readonly unsure?: boolean;
}

async function find(
  ctx: Context,
  { requested }: ChangeRecord,
  sight: Observation,
  age: RecordAge,
): Promise<Finding> {
  const { wanted = {}, before = {}, labels = {}, connection } = requested;
  const connections = await ctx.workspace.connections.list();
  if (!connections.some(({ id }) => id === requested.number?.connectionId)) {
    const words = "Its connection was removed, so nobody can look any more.";
    return { outcome: "unknown", problem: unknown(words), over: true };
  }
  // It may have been sent since the vendor was asked.
  const byLater = await foundByLater(ctx, requested);
  if (!byLater && "error" in sight) {
    const { error } = sight;
    if (!isProblem(error))
      ctx.log.error({ requestId: ctx.requestId, changeId: requested.changeId, err: error }, "bug");
    return { outcome: "unknown", problem: unknown("The number cannot be read at the moment.", error) };
  }
  const shown = byLater ?? ("state" in sight ? sight.state : {});
  const after = pick(shown, Object.keys({ ...before, ...wanted }));
  const found: Comparison = compareAfter(wanted, before, shown);
  if (found === "same") return { outcome: "applied", after };
  if (found === "unsaid" && isNeverReported(wanted, [before, shown]))
    return { outcome: "unknown", after, problem: unknown(`Nobody can tell: ${neverShown}.`), over: true };
  if (found === "unsaid")
    return { outcome: "unknown", after, problem: unknown("The vendor does not show what was changed.") };
  const half =
    connection && halfDone(ctx.accounts.vendor(connection.vendor).title, { before, wanted, labels }, after);
  if (half) return { outcome: "refused", after, problem: half };
  // Neither as before nor as asked: somebody has changed it elsewhere since, so it tells nothing about this change.
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
 * The number as a later change of the same fields read it before that was sent, which is what tells how this one ended:
 * afterwards it shows the later change's work. One that did not take effect left the number alone, so what it read
 * counts only where this change shows in it: else the vendor may still show this one. Undefined where there is none.
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
  const { changeId, connection, number, change, before, wanted, labels, reason } = requested;
  const details = over ? { ...requested.details, ...unprovable } : requested.details;
  return {
    kind: "change.outcome",
    actor: ctx.actor,
    requestId: ctx.requestId,
    changeId,
    connection,
    number,
    change,
    before,
    wanted,
    labels,
    reason,
    details,
    outcome,
    after,
    problem: problem && { code: problem.code, message: problem.message },
    durationMs: Math.round(ageMs),
  } as const;
}
