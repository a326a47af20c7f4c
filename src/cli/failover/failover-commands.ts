import { z } from "zod";
import { requesterOf } from "../../domain/runs/run.ts";
import { controlCommand } from "../control/control-command.ts";
import { begunDocument } from "../runs/run-document.ts";
import { rulesToOverride, runId } from "../runs/run-commands.ts";
import { runPreviewDocument, runPreviewOf } from "../runs/run-preview.ts";
import { slugIn } from "../../domain/failover/plan-words.ts";
import { createFailover } from "../../operations/failover/failover-run.ts";
import { runToFailBack } from "../../operations/failover/live-run-of.ts";
import { overrideRules } from "../../operations/failover/rules.ts";
import { runDuration } from "../../operations/failover/run-duration.ts";
import {
  submitFailover,
  submitFailBack,
  type FailoverSubmission,
} from "../../operations/failover/submit-failover.ts";
import { pendingRunApprovals } from "../../operations/history/pending-approvals.ts";
import { findRevertBlockers } from "../../operations/runs/revert-rules.ts";
import { createFailBack } from "../../operations/runs/fail-back.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { CommandHooks } from "../control/control-command.ts";

export const slug = z.string().max(200).transform(slugIn).pipe(z.string().min(1));

/** Reads every number of a plan, and stores what a failover would do. */
export const previewFailover = controlCommand({
  name: "failover.preview",
  input: z.object({
    plan: slug,
    /** As typed: `for 2h`, `until 18:00`. */
    ends: z.array(z.string().max(100)).max(4),
    incident: z.string().max(200).optional(),
    reason: z.string().max(2_000).optional(),
    isPractice: z.boolean(),
  }),
  output: runPreviewDocument,
  run: async (ctx, { plan, ends, incident, reason, isPractice }, { isServer }) => {
    const clock = { now: ctx.now(), timeZone: "UTC" };
    const forMs = ends.length === 0 ? undefined : runDuration(ends, clock, isPractice);
    const options = { forMs, incident, reason, isPractice };
    const { run, saved, blockers, standing, waiting } = await createFailover(
      ctx,
      plan,
      requesterOf(ctx.actor),
      options,
    );
    const { when, runbook } = saved.plan;
    return runPreviewOf(ctx, run, { isInServer: isServer, blockers, standing, when, runbook, waiting });
  },
});

/** Reads what a failover changed, and stores what taking it back would do. */
export const previewFailBack = controlCommand({
  name: "failover.preview-back",
  input: z.object({ plan: slug }),
  output: runPreviewDocument,
  run: async (ctx, { plan }, { isServer }) => {
    const run = await createFailBack(ctx, await runToFailBack(ctx, plan), requesterOf(ctx.actor));
    const blockers = await findRevertBlockers(ctx, run);
    const waiting = await pendingRunApprovals(ctx, run);
    return runPreviewOf(ctx, run, { isInServer: isServer, blockers, waiting });
  },
});

const confirmed = z.object({
  run: runId,
  /** The requests for its plan that the preview showed. */
  waiting: z.array(z.string().max(100)).max(100),
  ...rulesToOverride,
});

/** Begins a failover or practice as it was shown, or asks for its approval. */
export const beginFailover = controlCommand({
  name: "failover.begin",
  input: confirmed,
  output: begunDocument,
  run: async (ctx, { run, waiting, override, reason }, hooks) => {
    if (override.length > 0) await overrideRules(ctx, override, reason);
    return begun(ctx, await submitFailover(ctx, run, requesterOf(ctx.actor), waiting), hooks);
  },
});

/** Begins a fail-back as it was shown, or asks for its approval. */
export const beginFailBack = controlCommand({
  name: "failover.back",
  input: confirmed,
  output: begunDocument,
  run: async (ctx, { run, waiting, override, reason }, hooks) => {
    if (override.length > 0) await overrideRules(ctx, override, reason);
    return begun(ctx, await submitFailBack(ctx, run, requesterOf(ctx.actor), waiting), hooks);
  },
});

async function begun(ctx: Context, submission: FailoverSubmission, hooks: CommandHooks) {
  const workspace = ctx.workspace.id;
  if (submission.kind === "begun") {
    await hooks.carryOutRun(ctx, submission.run);
    return { workspace, run: submission.run.id };
  }
  const { approval } = submission;
  hooks.askApprovers?.(ctx, approval);
  const { id, expiresAt } = approval;
  return { workspace, run: approval.asked.runId, approval: { id, expiresAt } };
}
