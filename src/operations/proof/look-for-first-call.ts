import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import {
  enoughCalls,
  firstCallsMs,
  firstCallsOverMs,
  isProof,
  classifyCalls,
  recordedProof,
  type FirstCallProof,
} from "../../domain/changes/first-call.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import { agentKey, compareAfter, pick, snapshot } from "../../domain/numbers/change.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { storedAgeMs, type Ages } from "../../domain/shared/age.ts";
import type { CallLog } from "../../domain/vendor/call-log.ts";
import { possiblySupersededBy } from "../history/superseded-change.ts";
import { deadline, openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { reportDenied, reportFirstCall, type FirstCallNotifier } from "./report-first-call.ts";

const second = 1000;
const minute = 60 * second;
/** When to look, counted from the outcome in milliseconds; then every minute. */
const earlyLooksMs = [20 * second, 40 * second, minute];
/** A call so soon after the vendor's answer may still have been routed before. */
const marginMs = 5 * second;
/** How far back calls are read if the vendor did not say when it made the change. */
const slackMs = 10 * minute;
/** How many numbers of a connection have the first turn. The next ones have theirs later, and then more rarely. */
export const numbersAtOnce = 5;
/** How long a turn takes before the first look, in milliseconds. */
const turnMs = 20 * second;

/** What a look needs besides its context. */
export interface LookOptions {
  readonly notifier: FirstCallNotifier;
  /** Ages of outcomes that the clock says are in the future, or while it is wrong, by the id of the change. */
  readonly ages: Pick<Ages, "of">;
  /** How many watched numbers of this connection come before this one. */
  ahead(record: ChangeRecord): Promise<number>;
}

/**
 * Looks who answered the first calls after a change, records it and tells people. It changes nothing. Returns when to
 * look again, in milliseconds; undefined when there is nothing more to find out. What it throws passes: it can be called
 * again. Once the time is over, it throws no more.
 */
export async function lookForFirstCall(
  ctx: Context,
  changeId: string,
  options: LookOptions,
): Promise<number | undefined> {
  const record = await ctx.workspace.audit.change(changeId);
  const { outcome } = record;
  if (outcome?.outcome !== "applied" || !(await isWatched(ctx, record))) return undefined;
  const at = new Date(outcome.at);
  // A clock that is ahead would end the looks early, and say that nobody called.
  const storedMs = ctx.isClockSkewed() ? undefined : storedAgeMs(at, ctx.now());
  const ageMs = storedMs ?? options.ages.of(changeId, at);
  try {
    return await look(ctx, record, ageMs, options);
  } catch (error) {
    if (ageMs < firstCallsOverMs || ctx.stopping?.aborted) throw error;
    ctx.log.error({ change: changeId, err: error }, "first calls after a change not looked for any more");
    return undefined;
  }
}

async function look(
  ctx: Context,
  record: ChangeRecord,
  ageMs: number,
  options: LookOptions,
): Promise<number | undefined> {
  const { changeId = "" } = record.requested;
  const open = await openedFor(ctx, record);
  if (!open?.account.listCalls) return undefined;
  const isLast = ageMs >= firstCallsMs;
  const turn = isLast ? 0 : Math.floor((await options.ahead(record)) / numbersAtOnce);
  const firstMs = Math.min((turn + 1) * turnMs, firstCallsMs);
  if (turn > 0 && ageMs < firstMs) return firstMs - ageMs;
  const before = recordedProof(await ctx.workspace.audit.entries({ changeId, limit: 100 }));
  const notifyEnd = async (why: "no_call" | "unread"): Promise<void> =>
    options.notifier.firstCall(ctx, { record, proof: {}, news: [], isLoud: false, ended: { why } });
  let log: CallLog;
  try {
    log = await readCalls(ctx, open, record);
  } catch (error) {
    if (!isProblem(error)) throw error;
    if (error.code === "credentials_rejected") await reportDenied(ctx, open, record, error, options.notifier);
    const isHopeless = ["credentials_rejected", "unsupported"].includes(error.code);
    if (isLast && !isHopeless && isOpen(before)) await notifyEnd("unread");
    return isLast || isHopeless ? undefined : nextLookMs(ageMs, turn);
  }
  const { answered, ...found } = classifyCalls(log.calls, agentsOf(record));
  if (found.contradicted && !before.contradicted) {
    const isAsLeft = await isStillAsLeft(ctx, open, record);
    // Somebody may have moved the number in the vendor's dashboard. Then the call proves nothing.
    if (isAsLeft === false) return undefined;
    if (isAsLeft === undefined) {
      if (isLast && isOpen(before)) await notifyEnd("unread");
      return isLast ? undefined : nextLookMs(ageMs, turn);
    }
  }
  const proof: FirstCallProof = {
    seen: isProof(before) ? before.seen : (found.seen ?? before.seen),
    contradicted: before.contradicted ?? found.contradicted,
    failing: before.failing ?? found.failing,
  };
  await reportFirstCall(ctx, open, record, { before, proof }, options.notifier);
  // A call that another agent answered is a call, and a log that was not read to its end may have one.
  if (isLast && isOpen(proof) && (log.isPartial || log.calls.length === 0)) {
    await notifyEnd(log.isPartial ? "unread" : "no_call");
    if (!log.isPartial) ctx.metrics.firstCall(open.vendor.id, "none");
  }
  return isLast || proof.failing || answered >= enoughCalls ? undefined : nextLookMs(ageMs, turn);
}

/** Whether nobody knows who answers. */
const isOpen = ({ seen, contradicted }: FirstCallProof): boolean => !seen && !contradicted;

/** The milliseconds until the next look at a change of that age, by its turn among those of its connection. */
function nextLookMs(ageMs: number, turn: number): number {
  if (turn > 0) return Math.max(1, Math.min((turn + 1) * minute, firstCallsMs - ageMs));
  const early = earlyLooksMs.find((offset) => offset > ageMs);
  return (early ?? (Math.floor(ageMs / minute) + 1) * minute) - ageMs;
}

/** Whether the workspace wants to know, the change gave the number an agent, and nobody has changed that since. */
async function isWatched(ctx: Context, record: ChangeRecord): Promise<boolean> {
  const { firstCall = "watch" } = await ctx.workspace.settings.read();
  const hasAgent = typeof record.requested.wanted?.[agentKey] === "string";
  return hasAgent && firstCall === "watch" && (await possiblySupersededBy(ctx, record)) === undefined;
}

/** Undefined if the connection is gone. */
async function openedFor(ctx: Context, { requested }: ChangeRecord): Promise<OpenConnection | undefined> {
  try {
    return await openConnection(ctx, requested.number?.connectionId ?? "");
  } catch (error) {
    if (isProblem(error, "not_found") || isProblem(error, "not_connected")) return undefined;
    throw error;
  }
}

/** The agents that answer since the change, and those that answered before and no longer should. */
function agentsOf(record: ChangeRecord) {
  const { before = {}, details } = record.requested;
  const now = agentIdsIn([leftBy(record)[agentKey]]);
  const former = [...agentIdsIn([before[agentKey]])].filter((id) => !now.has(id));
  // Something chooses an agent for each call, so a call of the former one is no contradiction.
  return { now, before: new Set(details?.["chooser"] === undefined ? former : []) };
}

/** The calls that began after the vendor had made the change, by the vendor's clock. */
async function readCalls(ctx: Context, { account }: OpenConnection, record: ChangeRecord): Promise<CallLog> {
  const { requested, outcome } = record;
  const { now, before } = agentsOf(record);
  const { answeredAt } = outcome?.details ?? {};
  const madeAt = answeredAt === undefined ? undefined : Date.parse(answeredAt);
  const foundAt = Date.parse(outcome?.at ?? "");
  const since = new Date(madeAt === undefined ? foundAt - slackMs : madeAt + marginMs);
  const number = { id: requested.number?.numberId ?? "", e164: requested.number?.e164 ?? "" };
  const query = { number, agentIds: [...now, ...before], since };
  const log = await account.listCalls?.(query, deadline("background", ctx.stopping));
  if (!log) return { calls: [], at: undefined, isPartial: false };
  if (madeAt !== undefined) return log;
  const aheadMs = log.at ? log.at.getTime() - ctx.now().getTime() : 0;
  const first = foundAt + aheadMs + marginMs;
  return { ...log, calls: log.calls.filter(({ startedAt }) => startedAt.getTime() >= first) };
}

/** Whether the number still is as the change left it; undefined if it cannot be read. */
async function isStillAsLeft(
  ctx: Context,
  { account }: OpenConnection,
  record: ChangeRecord,
): Promise<boolean | undefined> {
  const { numberId = "" } = record.requested.number ?? {};
  try {
    const shown = snapshot(await account.getNumber(numberId, deadline("background", ctx.stopping)));
    return compareAfter(pick(leftBy(record), [agentKey]), {}, shown) === "same";
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.code === "not_found" ? false : undefined;
  }
}
