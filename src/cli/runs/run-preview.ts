import { z } from "zod";
import type { RunApproval } from "../../domain/changes/approval.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { overridable } from "../../domain/failover/run-rules.ts";
import { standingText, type PlanStanding } from "../../domain/failover/standing.ts";
import { awaitsCallOf, unseenText } from "../../domain/runs/tier-gates.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { estimateRun } from "../../operations/runs/estimate-run.ts";
import type { Context } from "../../operations/shared/context.ts";
import { runDocument, runOf } from "./run-document.ts";

/** What a run would do. Nothing has been changed. */
export const runPreviewDocument = z.object({
  run: runDocument,
  /** How long it takes at the vendors' rate limits, in milliseconds. */
  takesMs: z.number(),
  tiers: z.array(
    z.object({
      name: z.string(),
      changes: z.number(),
      asksBeforeNext: z.boolean(),
      waitsForCall: z.boolean(),
      /** For which numbers it cannot wait, as a sentence. */
      unseen: z.string().optional(),
    }),
  ),
  forMs: z.number().optional(),
  /** When the plan is meant to be used, and whether it is ready. */
  when: z.string().optional(),
  /** The address of the plan's runbook. */
  runbook: z.string().optional(),
  standing: z.string().optional(),
  /** The rules that do not allow it. */
  blockers: z.array(
    z.object({ rule: z.string(), title: z.string(), why: z.string(), isOverridable: z.boolean() }),
  ),
  /** Other requests for its plan that wait for approval. */
  waiting: z.array(z.object({ approval: z.string(), by: z.string(), expiresAt: z.string() })),
});
export type RunPreviewDocument = z.infer<typeof runPreviewDocument>;

/** A run as it is shown before it is confirmed. */
export async function runPreviewOf(
  ctx: Context,
  run: Run,
  {
    isInServer,
    blockers = [],
    standing,
    when,
    runbook,
    waiting = [],
  }: {
    readonly isInServer: boolean;
    readonly blockers?: readonly Blocker[];
    readonly standing?: PlanStanding;
    readonly when?: string | undefined;
    readonly runbook?: string | undefined;
    readonly waiting?: readonly RunApproval[];
  },
): Promise<RunPreviewDocument> {
  const mayOverride = new Set(overridable(blockers).map(({ rule }) => rule.id));
  const { tiers, forMs } = run.terms;
  return {
    run: runOf(ctx, run, { isInServer }),
    takesMs: await estimateRun(ctx, run.steps),
    tiers: tiers.map(({ name, askBeforeNext = false }, tier) => ({
      name,
      changes: run.steps.filter((step) => step.tier === tier && isPlanned(step)).length,
      asksBeforeNext: askBeforeNext,
      waitsForCall: awaitsCallOf(run, tier),
      unseen: unseenText(run, tier),
    })),
    forMs,
    when,
    runbook,
    standing: standing && standingText(standing, blockers),
    blockers: blockers.map(({ rule, why }) => ({
      rule: rule.id,
      title: rule.title,
      why,
      isOverridable: mayOverride.has(rule.id),
    })),
    waiting: waiting.map(({ id, asked, expiresAt }) => ({ approval: id, by: asked.userId, expiresAt })),
  };
}
