import { z } from "zod";
import { standingText } from "../../domain/failover/standing.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { drillPlan } from "../../operations/failover/drill-plan.ts";
import { listPlans } from "../../operations/failover/list-plans.ts";
import { liveRunOf } from "../../operations/failover/live-run-of.ts";
import { removePlan } from "../../operations/failover/save-plan.ts";
import { pauseRun, resumeRun, stopRun } from "../../operations/runs/steer-run.ts";
import { membersOf } from "../../domain/failover/plan.ts";
import { runTitle } from "../../domain/runs/run.ts";
import { controlCommand } from "../control/control-command.ts";
import { runDocument, runOf, runStepDocument, stepOf } from "../runs/run-document.ts";
import { slug } from "./failover-commands.ts";

export const planListDocument = z.object({
  workspace: z.string(),
  plans: z.array(
    z.object({
      plan: z.string(),
      title: z.string(),
      revision: z.number(),
      when: z.string().optional(),
      runbook: z.string().optional(),
      numbers: z.number(),
      standing: z.string(),
      /** The run of it that is not over. */
      run: z.object({ run: z.string(), title: z.string(), state: z.string() }).optional(),
    }),
  ),
  /** The plans that cannot be read. */
  unreadable: z.array(z.string()),
});
export type PlanListDocument = z.infer<typeof planListDocument>;

/** What a drill found. Nothing was changed. */
export const drillDocument = z.object({
  workspace: z.string(),
  plan: z.string(),
  revision: z.number(),
  isGreen: z.boolean(),
  /** How many numbers could be switched at once, of how many. */
  ready: z.number(),
  of: z.number(),
  standing: z.string(),
  blockers: z.array(z.object({ rule: z.string(), title: z.string(), why: z.string() })),
  /** The numbers that could not be switched. */
  left: z.array(runStepDocument),
});
export type DrillDocument = z.infer<typeof drillDocument>;

export const removalDocument = z.object({
  workspace: z.string(),
  plan: z.string(),
  revision: z.number(),
  /** Missing if the plan cannot be read. */
  title: z.string().optional(),
  numbers: z.number().optional(),
});
export type RemovalDocument = z.infer<typeof removalDocument>;

export const showPlans = controlCommand({
  name: "failover.plans",
  input: z.object({}),
  output: planListDocument,
  run: async (ctx) => {
    const { plans, unreadable } = await listPlans(ctx);
    return {
      workspace: ctx.workspace.id,
      plans: plans.map(({ saved: { plan, revision }, standing, live }) => ({
        plan: plan.slug,
        title: plan.title,
        revision,
        when: plan.when,
        runbook: plan.runbook,
        numbers: membersOf(plan).length,
        standing: standingText(standing),
        run: live && { run: live.id, title: runTitle(live), state: live.state },
      })),
      unreadable: unreadable.map((each) => each.slug),
    };
  },
});

export const drillFailover = controlCommand({
  name: "failover.drill",
  input: z.object({ plan: slug }),
  output: drillDocument,
  run: async (ctx, { plan }) => {
    const { saved, steps, blockers, drill, standing } = await drillPlan(ctx, plan);
    const isLeft = ({ verdict }: (typeof steps)[number]): boolean =>
      verdict.kind !== "will_switch" && verdict.kind !== "already_so";
    return {
      workspace: ctx.workspace.id,
      plan: saved.plan.slug,
      revision: saved.revision,
      isGreen: drill.isGreen,
      ready: drill.ready,
      of: drill.of,
      standing: standingText(standing),
      blockers: blockers.map(({ rule, why }) => ({ rule: rule.id, title: rule.title, why })),
      left: steps.filter(isLeft).map((step) => stepOf(ctx, step)),
    };
  },
});

export const steeringWords = ["pause", "resume", "stop"] as const;

/** Pauses, continues or stops the run of a plan. */
export const steerFailover = controlCommand({
  name: "failover.steer",
  input: z.object({
    plan: slug,
    word: z.enum(steeringWords),
    /** Leaves out the connections that are paused. */
    without: z.boolean(),
    reason: z.string().max(2_000).optional(),
  }),
  output: runDocument,
  run: async (ctx, { plan, word, without, reason }, hooks) => {
    const id = await liveRunOf(ctx, plan);
    const steered = await {
      pause: async () => pauseRun(ctx, id, reason),
      resume: async () => resumeRun(ctx, id, { without, reason }),
      stop: async () => stopRun(ctx, id, reason),
    }[word]();
    hooks.checkRuns?.();
    if (word === "resume" && !hooks.isServer) await hooks.carryOutRun(ctx, steered);
    const run = await ctx.workspace.runs.get(id);
    return runOf(ctx, run, { isInServer: hooks.isServer, shows: "not applied" });
  },
});

/** A plan as it is removed. */
export const previewRemoval = controlCommand({
  name: "failover.preview-removal",
  input: z.object({ plan: slug }),
  output: removalDocument,
  run: async (ctx, { plan }) => {
    await requireRoleAudited(ctx, "admin", "manage failover plans");
    const { id, plans } = ctx.workspace;
    const broken = (await plans.listReadable()).unreadable.find((one) => one.slug === plan);
    if (broken) return { workspace: id, plan, revision: broken.revision };
    const { plan: found, revision } = await plans.get(plan);
    return { workspace: id, plan, revision, title: found.title, numbers: membersOf(found).length };
  },
});

export const removeFailover = controlCommand({
  name: "failover.remove",
  input: z.object({ plan: slug, revision: z.number().int() }),
  output: removalDocument,
  run: async (ctx, { plan, revision }) => {
    await removePlan(ctx, plan, revision);
    return { workspace: ctx.workspace.id, plan, revision };
  },
});
