import type { AuditEntry, ChangeRecord, Outcome } from "../domain/audit-log.ts";
import { compare, pick, snapshot, type Comparison, type Snapshot } from "../domain/change.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import { deadline, openConnection, type Context } from "./context.ts";

const minute = 60_000;
/** How long a change may stay unknown before what the vendor shows is taken as the truth, in milliseconds. */
const verdictMs = 60 * minute;
/** How long a number that cannot be read is looked at, in milliseconds; after that again at the next start. */
const longestMs = 24 * 60 * minute;
/** When a change is looked at again, counted from its record: at once, soon, then less and less often. In milliseconds. */
const earlyLooksMs = [0, 2000, 10_000, 30_000, minute];
const everyMs = 5 * minute;

/** What a look at a change led to. */
export interface Look {
  readonly record: ChangeRecord;
  /** Whether this look wrote an outcome that differs from what was known. */
  readonly changed: boolean;
  /** When to look again; undefined when the matter is settled, or given up until the next start. */
  readonly nextAt: Date | undefined;
}

/** The next time to look at a change that was recorded then and has just been looked at; undefined when it is over. */
export function nextLook(recordedAt: Date, lookedAt: Date): Date | undefined {
  const age = lookedAt.getTime() - recordedAt.getTime();
  const early = earlyLooksMs.find((offset) => offset > age);
  const next = early ?? (Math.floor(age / everyMs) + 1) * everyMs;
  return next > longestMs ? undefined : new Date(recordedAt.getTime() + next);
}

/**
 * Looks at the number of a change that has no outcome, or an unknown one, and writes down what the vendor shows when
 * that differs from what was known. Nothing is ever sent. It waits for a change of the same number that is under way.
 * Throws not_found for a change that there is none of, and not_recorded.
 */
export async function settleChange(ctx: Context, changeId: string): Promise<Look> {
  const { requested } = await ctx.workspace.audit.change(changeId);
  const { connectionId = "", numberId = "" } = requested.number ?? {};
  return ctx.inOrder(`${ctx.workspace.id}/${connectionId}/${numberId}`, async () => {
    const record = await ctx.workspace.audit.change(changeId);
    if (record.outcome && record.outcome.outcome !== "unknown")
      return { record, changed: false, nextAt: undefined };
    const finding = await find(ctx, record);
    const nextAt =
      finding.outcome === "unknown" && !finding.over
        ? nextLook(new Date(requested.at), ctx.now())
        : undefined;
    if (record.outcome?.outcome === finding.outcome) return { record, changed: false, nextAt };
    await ctx.workspace.audit.append(outcomeOf(ctx, requested, finding));
    return { record: await ctx.workspace.audit.change(changeId), changed: true, nextAt };
  });
}

interface Finding {
  readonly outcome: Outcome;
  readonly after?: Snapshot;
  readonly problem?: Problem;
  /** Whether looking again can bring nothing: there is no connection any more to look through. */
  readonly over?: boolean;
}

async function find(ctx: Context, { requested }: ChangeRecord): Promise<Finding> {
  const { wanted = {} } = requested;
  const connections = await ctx.workspace.vault.list();
  if (!connections.some(({ id }) => id === requested.number?.connectionId)) {
    const words = "Its connection was removed, so nobody can look any more.";
    return { outcome: "unknown", problem: unknown(words), over: true };
  }
  let shown: { readonly state: Snapshot; readonly by: string };
  try {
    shown = await shownState(ctx, requested, wanted);
  } catch (error) {
    if (!isProblem(error))
      ctx.log.error({ requestId: ctx.requestId, changeId: requested.changeId, err: error }, "bug");
    return { outcome: "unknown", problem: unknown("The number cannot be read at the moment.", error) };
  }
  const after = pick(shown.state, Object.keys(wanted));
  const found: Comparison = compare(wanted, shown.state);
  if (found === "same") return { outcome: "applied", after };
  if (found === "unsaid")
    return { outcome: "unknown", after, problem: unknown("The vendor does not show what was changed.") };
  // Neither as before nor as asked: somebody has changed it elsewhere since, so it tells nothing about this change.
  if (compare(requested.before ?? {}, shown.state) !== "same") {
    return {
      outcome: "unknown",
      after,
      problem: unknown("The number is neither as before nor as asked; it was changed elsewhere."),
    };
  }
  const age = ctx.now().getTime() - new Date(requested.at).getTime();
  if (age < verdictMs && shown.by === "vendor") {
    return { outcome: "unknown", after, problem: unknown("The number does not show the change so far.") };
  }
  const words = "The change was not applied as far as the vendor shows.";
  return { outcome: "refused", after, problem: new Problem("vendor_ignored", words) };
}

/**
 * What shows how the change ended. When a later change of the same fields was sent, the number as it was read before
 * that one tells; afterwards it shows the later change's work. Otherwise the vendor is asked.
 */
async function shownState(
  ctx: Context,
  requested: AuditEntry,
  wanted: Snapshot,
): Promise<{ readonly state: Snapshot; readonly by: "vendor" | "later change" }> {
  const { number } = requested;
  if (!number) throw new Error(`the change ${requested.changeId} names no number`);
  const { connectionId, numberId } = number;
  const newer = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 100 });
  const later = newer.findLast(
    ({ requested: other }) =>
      other.kind === "change.requested" &&
      other.sequence > requested.sequence &&
      Object.keys(wanted).every((key) => key in (other.before ?? {})),
  );
  if (later?.requested.before) return { state: later.requested.before, by: "later change" };
  const { account } = await openConnection(ctx, connectionId);
  return { state: snapshot(await account.getNumber(numberId, deadline("background"))), by: "vendor" };
}

function unknown(words: string, cause?: unknown): Problem {
  return new Problem("outcome_unknown", words, {}, cause);
}

function outcomeOf(ctx: Context, requested: AuditEntry, { outcome, after, problem }: Finding) {
  const { changeId, connection, number, change, before, wanted, labels, reason, details, at } = requested;
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
    durationMs: ctx.now().getTime() - new Date(at).getTime(),
  } as const;
}
