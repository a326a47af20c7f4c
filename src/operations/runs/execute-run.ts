import type { Pause, PauseReason } from "../../domain/runs/pause.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isLeft, type ResultStep, type StepResult } from "../../domain/runs/run-step.ts";
import { atOncePerConnection } from "../shared/bulk.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { untilStopped } from "../shared/until-stopped.ts";
import { awaitedSince, hasToAsk } from "../../domain/runs/tier-gates.ts";
import { evaluateFirstCalls } from "./await-first-call.ts";
import { connectionHealth, type ConnectionHealth } from "./connection-health.ts";
import { executeStep } from "./execute-step.ts";
import { pausedEvent } from "./run-events.ts";
import { whyToStop } from "./why-to-stop.ts";

/** How a run is followed while it is executed. */
export interface ExecuteOptions {
  /** Called after each step. */
  readonly onStep?: (run: Run) => void;
  /** Whether this process still holds the run. */
  readonly mayContinue?: () => boolean;
}

/** A run that this process executes. */
interface Execution {
  readonly ctx: Context;
  readonly run: Run;
  readonly options: Required<ExecuteOptions>;
  /** The steps as they are now. */
  readonly steps: ResultStep[];
  readonly health: ConnectionHealth;
  /** How many results the run has. */
  results: number;
  /** Whether no step is begun any more: the run does not go on, or another process has to continue it. */
  isHalted: boolean;
}

/**
 * Executes the remaining steps of a running run through the change pipeline: tier by tier, the connections of a tier
 * side by side, each as fast as its rate limit allows. It continues where another process stopped, and pauses by the
 * run's rules. It returns early if the run waits for a first call, or is paused or stopped, by anybody on any server, or
 * if this process is stopping or may not continue. Otherwise nothing is left. Throws not_recorded; it can then be called again.
 */
export async function executeRun(
  asking: Context,
  runId: string,
  { onStep = () => undefined, mayContinue = () => true }: ExecuteOptions = {},
): Promise<Run> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const { runs } = ctx.workspace;
  const run = await runs.get(runId);
  const execution: Execution = {
    ctx,
    run,
    options: { onStep, mayContinue },
    steps: [...run.steps],
    health: connectionHealth(ctx, Object.keys(run.status.connections)),
    results: Math.max(0, ...run.steps.map(({ result }) => result?.order ?? 0)),
    isHalted: run.state !== "running",
  };
  for (const tier of run.terms.tiers.keys()) if (!execution.isHalted) await executeTier(execution, tier);
  if (!execution.isHalted && execution.steps.some(isLeft)) await pause(execution, "connections");
  return runs.get(runId);
}

async function executeTier(execution: Execution, tier: number): Promise<void> {
  const { health, run, steps } = execution;
  // The process before this one may have stopped after it stored a failure and before it paused the run. A step that
  // cannot be read has failed from the start.
  const why = whyToStop(run, steps, tier);
  if (why) return pause(execution, why);
  const leftHere = (): [number, ResultStep][] =>
    [...steps.entries()].filter(([, step]) => step.tier === tier && isLeft(step));
  const before = leftHere();
  const reachable = before.filter(([, { key }]) => health.isReachable(key.connectionId));
  const keyOf = ([, { key }]: [number, ResultStep]): string => key.connectionId;
  await forEachConcurrent(reachable, { keyOf, atOnce: atOncePerConnection }, async ([position]) =>
    attemptStep(execution, position),
  );
  if (execution.isHalted || tier === run.terms.tiers.length - 1) return;
  // What follows depends on the first tier.
  if (tier === 0 && leftHere().length > 0) return pause(execution, "connections");
  const now: Run = { ...run, steps };
  const calls = await evaluateFirstCalls(execution.ctx, now, tier);
  // It is executed again later, and then goes on here.
  if (calls === "waiting") execution.isHalted = true;
  // Once they can be reached, they are switched, and can be called.
  else if (calls === "none_changed" && leftHere().length > 0) await pause(execution, "connections");
  else if (calls !== "proved") await pause(execution, calls, { tier, since: awaitedSince(now, tier) });
  else if (hasToAsk(now, tier)) await pause(execution, "gate", { tier });
}

/** Attempts one step and stores its result; "again" if it is to be attempted once more. */
async function attemptStep(execution: Execution, position: number): Promise<"again" | undefined> {
  const { ctx, run, steps, health } = execution;
  const step = steps[position];
  if (!step || isOver(execution)) return undefined;
  const { connectionId } = step.key;
  if (!health.isReachable(connectionId)) return undefined;
  const attempt = await untilStopped(ctx, async () =>
    executeStep(ctx, {
      run,
      position,
      step,
      standstill: health.standstill(connectionId),
      mayStart: async () => mayStart(execution, connectionId),
      onNewId: (changeId) => {
        steps[position] = { ...step, changeId, requeued: (step.requeued ?? 0) + 1 };
      },
    }),
  );
  if (!attempt) execution.isHalted = true;
  switch (attempt?.kind) {
    case undefined:
    case "halted":
      return undefined;
    case "outdated":
      execution.isHalted = true;
      return undefined;
    case "not_operator":
      // Its steps are left, so that the person who continues it switches them.
      if (!execution.isHalted) await pause(execution, "requester");
      return undefined;
    case "result":
      health.answered(connectionId);
      await note(execution, position, attempt.result);
      return undefined;
    case "unreachable":
      await pauseConnection(execution, connectionId, attempt);
      return undefined;
    case "again":
      if (attempt.code === "rate_limited") return "again";
      switch (health.failed(connectionId, position)) {
        case "again":
          return "again";
        case "down":
          await pauseConnection(execution, connectionId, attempt);
          return undefined;
        case "given_up":
          await note(execution, position, { outcome: "refused", why: attempt.why, code: attempt.code });
          return undefined;
      }
  }
}

/** Whether no step is begun any more, for a reason that this process knows. */
function isOver(execution: Execution): boolean {
  if (!execution.options.mayContinue()) execution.isHalted = true;
  return execution.isHalted;
}

/** Whether a step may begin now: the run goes on, here and with this connection, and nobody continued it since. */
async function mayStart(execution: Execution, connectionId: string): Promise<boolean> {
  const { ctx, run, health } = execution;
  if (isOver(execution) || !health.isReachable(connectionId)) return false;
  const { state, status } = await ctx.workspace.runs.getState(run.id);
  if (state !== "running" || status.resumes !== run.status.resumes) execution.isHalted = true;
  const isAutomatic = run.by.isAutomatic ?? false;
  if (!execution.isHalted && isAutomatic && (await ctx.workspace.rules.closedGate()))
    await pause(execution, "automation_off");
  return !execution.isHalted;
}

async function note(execution: Execution, position: number, found: StepResult): Promise<void> {
  const { ctx, run, steps, options } = execution;
  execution.results += 1;
  const { resumes } = run.status;
  const result: StepResult = { ...found, at: ctx.now().toISOString(), order: execution.results, resumes };
  await ctx.workspace.runs.noteStep(run.id, position, result);
  const step = steps[position];
  if (!step) return;
  steps[position] = { ...step, result };
  options.onStep({ ...run, steps: [...steps] });
  const why = whyToStop(run, steps, step.tier);
  if (why && !execution.isHalted) await pause(execution, why);
}

async function pause(
  execution: Execution,
  why: PauseReason,
  about: Pick<Pause, "tier" | "since"> = {},
): Promise<void> {
  const { ctx, run, steps } = execution;
  execution.isHalted = true;
  const paused: Pause = { why, at: ctx.now().toISOString(), ...about };
  const event = pausedEvent(ctx, { ...run, steps }, why);
  await ctx.workspace.runs.pause(run.id, paused, event, run.status.resumes);
}

async function pauseConnection(
  { ctx, run, steps, health }: Execution,
  connectionId: string,
  { why, code }: { readonly why: string; readonly code: string },
): Promise<void> {
  health.giveUp(connectionId);
  const connection = steps.find((step) => step.key.connectionId === connectionId && !step.isUnreadable);
  await ctx.workspace.runs.pauseConnection(
    run.id,
    connectionId,
    { why, code },
    {
      ...pausedEvent(ctx, { ...run, steps }, code),
      connection: connection && { id: connectionId, vendor: connection.vendor, name: connection.connection },
    },
  );
}
