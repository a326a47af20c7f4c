import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { problemOf } from "../../domain/changes/change-record.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { RevertRequester, Revert, RevertStep, StepResult } from "../../domain/changes/revert.ts";
import { atOncePerConnection, repeatedInTurn } from "../shared/bulk.ts";
import { changeNumber } from "../change/change-number.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { assertRole, recordRefusal } from "../access/permissions.ts";
import { channelOf } from "../expiry/revert-expired.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";

/**
 * Confirms a revert as it was shown. For operators, and only for the person it was shown to. Throws not_allowed,
 * not_found, already_requested if this or another revert of the incident is running or done, and not_recorded.
 * Refusals are recorded, repeats as a count (ADR 33).
 */
export async function claimRevert(ctx: Context, revertId: string, by: RevertRequester): Promise<Revert> {
  try {
    await assertRole(ctx, "operator", "revert incidents");
    const revert = await ctx.workspace.reverts.get(revertId);
    if (revert.by.userId !== by.userId)
      throw new Problem("not_allowed", "This revert was shown to someone else. Ask for your own.");
    const { incident } = revert;
    const count = revert.steps.filter(({ verdict }) => verdict.kind === "will_revert").length;
    await ctx.workspace.reverts.begin(revertId, by, {
      kind: "incident.reverted",
      actor: ctx.actor,
      requestId: ctx.requestId,
      details: { incident, revert: revertId, changes: String(count), ...channelOf(by) },
    });
    return { ...revert, by, state: "running" };
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "revert an incident" }, error);
    throw error;
  }
}

/** How long a connection may rate limit every step before the remaining steps are given up, in milliseconds. */
const longestStandstillMs = 15 * 60_000;

/**
 * Executes the remaining steps of a confirmed revert through the change pipeline, as fast as each connection's rate
 * limit allows. It continues where another process stopped. `onStep` is called after each step. If it returns with
 * steps left, this process is stopping or may not continue; otherwise the caller reports the result and marks the revert
 * as done. Throws not_recorded; it can then be called again.
 */
export async function executeRevert(
  asking: Context,
  revertId: string,
  {
    onStep = () => undefined,
    mayContinue = () => true,
  }: { readonly onStep?: (revert: Revert) => void; readonly mayContinue?: () => boolean } = {},
): Promise<Revert> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const { reverts } = ctx.workspace;
  const revert = await reverts.get(revertId);
  const steps = [...revert.steps];
  const left = [...steps.entries()].filter(([, step]) => isLeft(step));
  const keyOf = ([, { key }]: (typeof left)[number]): string => key.connectionId;
  const began = ctx.monotonicMs();
  const lastProgress = new Map<string, number>();
  await forEachConcurrent(left, { keyOf, atOnce: atOncePerConnection }, async ([position, step]) => {
    const { connectionId } = step.key;
    const budget: RetryBudget = {
      leftMs: () => (lastProgress.get(connectionId) ?? began) + longestStandstillMs - ctx.monotonicMs(),
      progressed: () => void lastProgress.set(connectionId, ctx.monotonicMs()),
    };
    if (!mayContinue()) return;
    const result = await untilStopped(ctx, async () => revertStep(ctx, revert, { position, step }, budget));
    if (!result) return;
    await reverts.noteStep(revertId, position, result);
    steps[position] = { ...step, result };
    onStep({ ...revert, steps: [...steps] });
  });
  return reverts.get(revertId);
}

/** Whether a step still has to be executed. */
export function isLeft({ verdict, result }: Revert["steps"][number]): boolean {
  return verdict.kind === "will_revert" && !result;
}

/** The result of the work, or undefined if this process is stopping and the work has not begun. */
async function untilStopped<T>(ctx: Context, work: () => Promise<T>): Promise<T | undefined> {
  if (ctx.stopping?.aborted) return undefined;
  try {
    return await work();
  } catch (error) {
    if (ctx.stopping?.aborted && error instanceof Error && error.name === "AbortError") return undefined;
    throw error;
  }
}

/** How much longer the steps of a connection may be rate limited. Each step that is not starts the time again. */
interface RetryBudget {
  leftMs(): number;
  progressed(): void;
}

/**
 * Repeats a step until it has a result. An attempt that the vendor rate limited certainly did nothing. It stays on
 * record, and the next attempt has a new id, which is stored before anything is sent with it.
 */
async function revertStep(
  ctx: Context,
  revert: Revert,
  { position, step }: { readonly position: number; readonly step: RevertStep },
  budget: RetryBudget,
): Promise<StepResult> {
  const { key, change } = step;
  if (!change) throw new Error(`the step ${step.changeId} has nothing to do`);
  const { incident, by } = revert;
  for (let { changeId } = step; ;) {
    const before = await recordOf(ctx, changeId);
    // Already sent, maybe by a process that has stopped since: it is never sent twice.
    if (before && !wasOneTooMany(before)) budget.progressed();
    if (before && (!wasOneTooMany(before) || budget.leftMs() <= 0)) return resultOf(ctx, revert, before);
    if (before) {
      changeId = ctx.newId("chg");
      await ctx.workspace.reverts.tryAgain(revert.id, position, changeId);
    }
    const request = {
      changeId,
      key,
      change,
      seen: step.now,
      reason: `${incident} is reverted`,
      details: { incident, undoes: step.undoes, for: by.userId, ...channelOf(by) },
    };
    try {
      await repeatedInTurn(ctx, key.connectionId, budget.leftMs, async () =>
        // A new request id for each attempt. An attempt that stopped between claiming its id and writing its record has
        // sent nothing.
        changeNumber(derivedContext(ctx, { requestId: ctx.newId("req") }), request),
      );
    } catch (error) {
      if (!isProblem(error) || error.code === "not_recorded") throw error;
      if (error.code !== "rate_limited") budget.progressed();
      return { outcome: "refused", why: error.message };
    }
  }
}

function wasOneTooMany({ outcome }: ChangeRecord): boolean {
  return outcome?.outcome === "refused" && outcome.problem?.code === "rate_limited";
}

async function recordOf(ctx: Context, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    return await ctx.workspace.audit.change(changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

async function resultOf(ctx: Context, { by }: Revert, record: ChangeRecord): Promise<StepResult> {
  const { requested, outcome } = record;
  const why = problemOf(record)?.message;
  if (outcome && outcome.outcome !== "unknown") return { outcome: outcome.outcome ?? "refused", why };
  const { changeId = "" } = requested;
  const { userId, channelId, threadTs } = by;
  await ctx.workspace.notifications.keep(changeId, { userId, channelId, threadTs });
  ctx.reconcileLater(changeId);
  return { outcome: "unknown", why: why ?? "Patchbay was stopped before the vendor's answer came." };
}
