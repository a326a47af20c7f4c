import type { OnCallDetails } from "../../domain/audit/change-details.ts";
import { personOf } from "../../domain/shared/actor.ts";
import { isDirect } from "../../domain/notifications/reply-target.ts";
import { Problem, type NextStep } from "../../domain/problem/problem.ts";
import { requesterOf, runTitle, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { pausedEvent, runCounts, runDetails } from "./run-events.ts";

/**
 * Pauses a running run: no further step begins, on any server. For operators. Throws not_allowed, not_found,
 * already_requested if it does not run, and not_recorded. The entry has the reason, if one is given. Refusals are
 * recorded, repeats as a count (ADR 33).
 */
export async function pauseRun(ctx: Context, runId: string, reason?: string): Promise<Run> {
  return steer(ctx, runId, "pause", async (run, onCall) => {
    const why = "asked";
    const paused = { why, at: ctx.now().toISOString(), by: personOf(ctx.actor) } as const;
    return ctx.workspace.runs.pause(runId, paused, { ...pausedEvent(ctx, run, why, { onCall }), reason });
  });
}

/** How a run is continued. */
export interface ResumeOptions {
  readonly without?: boolean;
  readonly reason?: string | undefined;
  /** The form in which it is continued, and shown from then on. */
  readonly viewId?: string | undefined;
}

/**
 * Continues a paused run in the name of this person, who takes it over. `without` leaves out the connections that are
 * paused. For operators. Throws what `pauseRun` throws.
 */
export async function resumeRun(
  ctx: Context,
  runId: string,
  { without = false, reason, viewId }: ResumeOptions = {},
): Promise<Run> {
  return steer(ctx, runId, "resume", async (run, onCall) => {
    const { actor, requestId } = ctx;
    const by = { ...takenOver(ctx, run), viewId };
    const details = { ...runDetails(run), ...(without ? { without: "yes" } : {}), ...onCall };
    const event = { kind: "failover.resumed", actor, requestId, reason, details } as const;
    return ctx.workspace.runs.resume(runId, { without, by }, event);
  });
}

/**
 * Stops a run that is running or paused, and, unless it is `unlessHeld`, one that is held: its numbers stay as they are, also
 * those that it has changed. For operators. Throws what `pauseRun` throws.
 */
export async function stopRun(
  ctx: Context,
  runId: string,
  reason?: string,
  { unlessHeld = false } = {},
): Promise<Run> {
  return steer(ctx, runId, "stop", async (run, onCall) => {
    if (unlessHeld && run.state === "held") return false;
    const { actor, requestId } = ctx;
    const details = { ...runDetails(run), ...runCounts(run, ctx.now()), ...onCall };
    return ctx.workspace.runs.stop(runId, { kind: "failover.stopped", actor, requestId, reason, details });
  });
}

async function steer(
  ctx: Context,
  runId: string,
  word: SteeringWord,
  act: (run: Run, onCall: OnCallDetails) => Promise<boolean>,
): Promise<Run> {
  const { runs } = ctx.workspace;
  const what = acts[word];
  try {
    const { onCall } = await assertRole(ctx, "operator", what);
    const run = await runs.get(runId);
    if (!(await act(run, onCallDetails(onCall?.role)))) throw notSo(word, await runs.get(runId));
    return await runs.get(runId);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: what }, error);
    throw error;
  }
}

type SteeringWord = "pause" | "resume" | "stop";

/** What each may be refused for, as its entry says it. */
const acts: Readonly<Record<SteeringWord, string>> = {
  pause: "pause runs",
  resume: "continue runs",
  stop: "stop runs",
};

const states: Readonly<Record<Run["state"], string>> = {
  shown: "was not confirmed",
  running: "is running",
  paused: "is paused",
  held: "is through",
  stopped: "was stopped",
  done: "is over",
};

/** That a run is in a state in which this cannot be done, and what can be. */
function notSo(word: SteeringWord, run: Run): Problem {
  const title = runTitle(run);
  const words = `${title.charAt(0).toUpperCase()}${title.slice(1)} ${states[run.state]}, so there is nothing to ${word}.`;
  return new Problem("already_requested", words, { next: nextStepOf(run) });
}

/** What a person can do with a run in its state. */
export function nextStepOf({ state, terms: { plan } }: Run): NextStep {
  const command = (word: string): string => `\`/number failover ${plan?.slug ?? ""} ${word}\``;
  if (state === "held" && plan)
    return { words: `To take it back: ${command("back")}. To end it as it is: ${command("stop")}.` };
  if (state === "running")
    return {
      words: plan ? `To pause it: ${command("pause")}.` : "To pause or stop it, use its buttons in Slack.",
    };
  if (state !== "paused") return { words: "There is nothing to do." };
  return {
    words: plan
      ? `To continue it: ${command("resume")}. To end it: ${command("stop")}.`
      : "To continue or stop it, use its buttons in Slack.",
  };
}

/**
 * The requester from now on: the next changes are this person's. The form of the first one is closed by then, and a direct
 * message to the first one is none to this person.
 */
function takenOver({ actor }: Context, { by }: Run): RunRequester {
  const { channelId, threadTs } = by;
  if (actor.kind === "system") return by;
  if (channelId !== undefined && isDirect(channelId) && by.userId !== personOf(actor))
    return requesterOf(actor);
  return { channelId, threadTs, ...requesterOf(actor) };
}
