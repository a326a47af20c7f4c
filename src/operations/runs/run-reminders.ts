import type { Actor } from "../../domain/shared/actor.ts";
import type { Log } from "../../domain/ports/log.ts";
import { needsApproval } from "../../domain/runs/run-step.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { pausedReminderMs, requesterActor, type Run, type RunRequester } from "../../domain/runs/run.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import type { RunRunner } from "./run-runner.ts";
import { claimFailBack, createFailBack } from "./fail-back.ts";

/** How many reminders are processed at once. */
const atOnce = 20;
/** The next look at the end of a run that waits for something, in milliseconds. */
const laterMs = 5 * 60_000;

/** What the reminders need. */
export interface RunRemindersOptions {
  readonly store: Pick<Store, "work" | "workspace">;
  readonly log: Log;
  readonly timer: RunnerTimer;
  /** The interval of looks for reminders, in milliseconds. */
  readonly everyMs: number;
  readonly notifier: Pick<Notifier, "runReminder">;
  readonly runs: Pick<RunRunner, "carryOut">;
  /** A context with the actor's current permissions; undefined if the workspace has no installation. */
  installedContext(workspaceId: string, actor: Actor): Promise<Context | undefined>;
  track(work: Promise<unknown>): void;
}

/**
 * Reminds people once of a run that has been paused for an hour, and once of its end if that comes meanwhile. At the end
 * of a run that is held, it reminds people of that, or takes the run back if its plan says so and nothing speaks against
 * it. What a fail-back after the end had to leave, it reminds people of an hour later.
 */
export function runReminders(options: RunRemindersOptions): WorkRunner {
  const { store, notifier, installedContext, runs } = options;
  const remind = async ({ claim }: HeldWork): Promise<Again> => {
    const { workspaceId, itemId } = claim;
    const run = await store.workspace(workspaceId).runs.get(itemId);
    if (run.state !== "paused" && run.state !== "held") return undefined;
    const actor = requesterActor(run.by, workspaceId);
    const ctx = await installedContext(workspaceId, actor);
    if (!ctx) return { dueInMs: laterMs };
    if (run.state === "paused") return remindOfPause(ctx, run);
    // Nothing ends by a clock that is wrong, and one fail-back is enough.
    if (ctx.isClockSkewed() || (await isReturning(ctx, run))) return { dueInMs: laterMs };
    // While automation is off, nothing is taken back without a person.
    const isOff = (await ctx.workspace.rules.closedGate()) !== undefined;
    if (run.terms.atEnd !== "fail_back" || isOff || (await wasReturnedSinceEnd(ctx, run))) {
      await notifier.runReminder(ctx, run, "ended");
      return undefined;
    }
    await failBack(ctx, run);
    return undefined;
  };
  /** The later one of the two reminders says both if it is late. */
  const remindOfPause = async (ctx: Context, run: Run): Promise<Again> => {
    const now = ctx.now().getTime();
    const hourAt = Date.parse(run.status.paused?.at ?? run.madeAt) + pausedReminderMs;
    const endAt = run.endsAt === undefined ? undefined : Date.parse(run.endsAt);
    const isEnd = endAt !== undefined && now >= endAt && (now < hourAt || endAt > hourAt);
    if (isEnd && ctx.isClockSkewed()) return { dueInMs: laterMs };
    if (isEnd) await notifier.runReminder(ctx, run, "ended_paused");
    else if (now >= hourAt) await notifier.runReminder(ctx, run, "paused");
    const next = [hourAt, endAt ?? now].filter((time) => time > now);
    return next.length === 0 ? undefined : { dueInMs: Math.max(0, Math.min(...next) - ctx.now().getTime()) };
  };
  /** Takes the run back, unless there is a doubt: then people decide. */
  const failBack = async (ctx: Context, run: Run): Promise<void> => {
    const { viewId: _closed, ...by } = run.by;
    const claimed = await claimClearFailBack(ctx, run.id, { ...by, isAutomatic: true });
    if (typeof claimed === "string") await notifier.runReminder(ctx, run, claimed);
    else await runs.carryOut(ctx, claimed);
  };
  return workRunner({
    kind: "run_reminder",
    queue: store.work,
    log: options.log,
    timer: options.timer,
    everyMs: options.everyMs,
    atOnce,
    perLane: atOnce,
    retryMs: laterMs,
    failed: "run reminder not processed",
    run: remind,
    track: options.track,
  });
}

/**
 * A fail-back that has begun, or why people have to decide: a number is not as the run left it or needs an approval, a rule
 * does not allow it, or the person may not take it back now.
 */
async function claimClearFailBack(
  ctx: Context,
  runId: string,
  by: RunRequester,
): Promise<Run | "doubtful" | "not_operator"> {
  try {
    const back = await createFailBack(ctx, runId, by);
    const isClear = back.steps.every(
      (step) =>
        !needsApproval(step) && (step.verdict.kind === "will_revert" || step.verdict.kind === "already_so"),
    );
    return isClear ? await claimFailBack(ctx, back.id, by) : "doubtful";
  } catch (error) {
    if (isProblem(error, "not_allowed")) return "not_operator";
    if (isProblem(error, "ruled_out")) return "doubtful";
    throw error;
  }
}

/** Whether a fail-back since its end has left numbers: another one by itself might leave them again, for ever. */
async function wasReturnedSinceEnd(
  ctx: Context,
  { id, terms: { plan }, endsAt = "" }: Run,
): Promise<boolean> {
  const last = plan && (await ctx.workspace.runs.lastOf(plan.slug));
  return last?.returns === id && (last.startedAt ?? "") >= endsAt;
}

async function isReturning(ctx: Context, { id }: Run): Promise<boolean> {
  return (await ctx.workspace.runs.live()).some(({ returns }) => returns === id);
}
