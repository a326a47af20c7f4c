import { runTitle, type Run } from "../../domain/runs/run.ts";
import { liveRunOf } from "../../operations/failover/live-run-of.ts";
import { pauseRun, resumeRun, stopRun } from "../../operations/runs/steer-run.ts";
import { message, section, escape } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";

/** The words after a plan that decide about its run. */
export const steeringWords = ["pause", "resume", "stop"] as const;
export type SteeringWord = (typeof steeringWords)[number];

type Steer = (req: RequestContext, runId: string, reason: string | undefined) => Promise<Run>;
const steering: Readonly<Record<SteeringWord, Steer>> = {
  pause: async ({ ctx }, runId, reason) => pauseRun(ctx, runId, reason),
  resume: async ({ ctx }, runId, reason) => resumeRun(ctx, runId, { reason }),
  stop: async ({ ctx }, runId, reason) => stopRun(ctx, runId, reason),
};

const done: Readonly<Record<SteeringWord, string>> = {
  pause: "is paused",
  resume: "goes on",
  stop: "was stopped. What it has not changed stays as it is",
};

/** Pauses, continues or stops the run of a plan, and says so to the person; the conversation is told anyway. */
export async function steerPlan(
  req: RequestContext,
  slug: string,
  word: SteeringWord,
  reason: string | undefined,
): Promise<void> {
  const run = await steering[word](req, await liveRunOf(req.ctx, slug), reason);
  req.deps.checkRuns();
  const words = `${escape(runTitle(run))} ${done[word]}.`;
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
}
