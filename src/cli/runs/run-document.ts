import { z } from "zod";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import { pauseText } from "../../domain/runs/pause-text.ts";
import { plainWords, waitText } from "../../domain/runs/tier-gates.ts";
import { countRun } from "../../domain/runs/run-progress.ts";
import { leftToFailBack } from "../../domain/runs/fail-back.ts";
import { isPlanned, needsApproval, type ResultStep } from "../../domain/runs/run-step.ts";
import { requesterName, runTitle, type Run } from "../../domain/runs/run.ts";
import type { Context } from "../../operations/shared/context.ts";
import {
  numberDocument,
  versionWordOf,
  wordingDocument,
} from "../../operations/documents/number-document.ts";

/** A number of a run: what it does with it, or did. */
export const runStepDocument = z.object({
  number: numberDocument,
  vendor: z.string(),
  tier: z.number(),
  /** `will_switch` and `will_revert` are changed; the other kinds are left, and `why` says why. */
  verdict: z.enum([
    "will_switch",
    "will_revert",
    "already_so",
    "moved",
    "unknown",
    "cannot",
    "held",
    "ruled_out",
    "unread",
  ]),
  why: z.string().optional(),
  /** What has to approve the change of a protected number. */
  approval: z.enum(["plan", "run", "change"]).optional(),
  changeId: z.string(),
  now: snapshotSchema,
  after: snapshotSchema,
  ...wordingDocument.shape,
  outcome: z.enum(["applied", "refused", "unknown"]).optional(),
  /** Why it was refused, or is unknown. */
  problem: z.string().optional(),
});
export type RunStepDocument = z.infer<typeof runStepDocument>;

/** A run: a failover, a practice, a fail-back or the revert of an incident. */
export const runDocument = z.object({
  workspace: z.string(),
  run: z.string(),
  kind: z.enum(["revert", "failover", "practice", "back", "routes"]),
  title: z.string(),
  state: z.enum(["shown", "running", "paused", "held", "stopped", "done"]),
  /** Whether a server carries it out; if it is running and nobody does, the next server goes on. */
  isInServer: z.boolean(),
  plan: z.string().optional(),
  revision: z.number().optional(),
  incident: z.string().optional(),
  by: z.string(),
  reason: z.string().optional(),
  paused: z.string().optional(),
  /** Which first call it waits for. */
  waiting: z.string().optional(),
  startedAt: z.string().optional(),
  endsAt: z.string().optional(),
  /** How many numbers it changes, has changed, and could not change or does not know of. */
  of: z.number(),
  changed: z.number(),
  failed: z.number(),
  /** How many numbers a fail-back could not put back, and another one may. */
  left: z.number().optional(),
  /** How many numbers have each verdict, and how many of those that it changes need an approval. */
  verdicts: z.record(z.string(), z.number()),
  needApproval: z.number(),
  steps: z.array(runStepDocument),
});
export type RunDocument = z.infer<typeof runDocument>;

/** A run that was confirmed: it has begun, or waits for approval. */
export const begunDocument = z.object({
  workspace: z.string(),
  run: z.string(),
  approval: z.object({ id: z.string(), expiresAt: z.string() }).optional(),
});
export type BegunDocument = z.infer<typeof begunDocument>;

/** What became of a run. */
export const runResultDocument = z.object({
  /** `partly`: it has begun, and not everything that it was to change is changed. */
  outcome: z.enum(["applied", "partly", "asked"]),
  run: runDocument,
  approval: z.object({ id: z.string(), expiresAt: z.string() }).optional(),
});
export type RunResultDocument = z.infer<typeof runResultDocument>;

/** Whether a number that a run does not change is not as it was to be. */
export const isAmiss = (verdict: string): boolean => !["will_switch", "already_so"].includes(verdict);

/** With which of its steps: all, or only those that it left although it, or its file, was to change them. */
export type StepsShown = "all" | "not applied";

export function runOf(
  ctx: Context,
  run: Run,
  { isInServer, shows = "all" }: { readonly isInServer: boolean; readonly shows?: StepsShown },
): RunDocument {
  const { id, kind, state, incident, by, terms, startedAt, endsAt, steps } = run;
  const pausedText = pauseText(run, { person: (userId) => userId, name: (text) => text });
  const verdicts: Record<string, number> = {};
  for (const { verdict } of steps.filter((step) => !needsApproval(step)))
    verdicts[verdict.kind] = (verdicts[verdict.kind] ?? 0) + 1;
  const isLeft = (step: ResultStep): boolean =>
    isPlanned(step) ? step.result?.outcome !== "applied" : kind === "routes" && isAmiss(step.verdict.kind);
  const left = leftToFailBack(run).length;
  const shown = shows === "all" ? steps : steps.filter(isLeft);
  return {
    workspace: ctx.workspace.id,
    run: id,
    kind,
    title: runTitle(run),
    state,
    isInServer,
    plan: terms.plan?.slug,
    revision: terms.plan?.revision,
    incident,
    by: requesterName(by),
    reason: terms.reason,
    ...(pausedText === "" ? {} : { paused: pausedText }),
    waiting: waitText(run, plainWords),
    startedAt,
    endsAt,
    ...countRun(run),
    ...(state === "done" && left > 0 ? { left } : {}),
    verdicts,
    needApproval: steps.filter(needsApproval).length,
    steps: shown.map((step) => stepOf(ctx, step)),
  };
}

export function stepOf(ctx: Context, step: ResultStep): RunStepDocument {
  const { key, e164, name, connection, vendor, tier, verdict, now, first, labels, result } = step;
  return {
    number: {
      connection: { id: key.connectionId, name: connection, vendor },
      id: key.numberId,
      e164,
      name,
    },
    vendor: ctx.accounts.vendor(vendor).title,
    tier,
    verdict: verdict.kind,
    why: whyOf(step),
    approval: step.approval,
    changeId: step.changeId,
    now,
    after: first,
    labels: { ...labels },
    versionWord: versionWordOf(ctx, vendor),
    outcome: result?.outcome,
    problem: result?.why,
  };
}

function whyOf({ verdict, isUnreadable }: ResultStep): string | undefined {
  if (isUnreadable) return "This step cannot be read. Check the number by hand.";
  if ("why" in verdict) return verdict.why;
  switch (verdict.kind) {
    case "moved":
      return `It was changed since${verdict.by === undefined ? ", outside Patchbay" : ` by ${verdict.by}`}.`;
    case "unknown":
      return "The outcome of its last change is not known yet.";
    case "already_so":
    case "will_revert":
    case "will_switch":
      return undefined;
  }
}
