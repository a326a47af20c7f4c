import { z } from "zod";
import { changeSchema, snapshotSchema } from "../numbers/change.ts";
import { recordOf } from "../shared/own-value.ts";
import { vendorId } from "../vendor/vendor.ts";

/** What a run will do with a number, as it was when the run was shown. */
const verdict = z.discriminatedUnion("kind", [
  /** It will be changed: by a revert or a fail-back, and by a failover. */
  z.object({ kind: z.literal("will_revert") }),
  z.object({ kind: z.literal("will_switch") }),
  z.object({ kind: z.literal("already_so") }),
  /** It was changed since: by a later change through Patchbay, or outside Patchbay. */
  z.object({ kind: z.literal("moved"), by: z.string().optional(), changeId: z.string().optional() }),
  /** The outcome of its last change is not known yet. */
  z.object({ kind: z.literal("unknown") }),
  /** It cannot be changed so, or not by Patchbay: the reason, as a sentence. */
  z.object({ kind: z.literal("cannot"), why: z.string() }),
  /**
   * Patchbay could change it, but this person may not now, because of a freeze, a protection, permissions, or another
   * run that holds the number: the reason, as a sentence.
   */
  z.object({
    kind: z.literal("held"),
    by: z.enum(["freeze", "protection", "rights", "run"]),
    why: z.string(),
  }),
  /** A rule of the workspace blocks it: the reason, as a sentence. */
  z.object({ kind: z.literal("ruled_out"), why: z.string() }),
  /** It could not be read: the reason, as a sentence. */
  z.object({ kind: z.literal("unread"), why: z.string() }),
]);
export type Verdict = Readonly<z.infer<typeof verdict>>;

/** The result of an executed step. */
export const stepResult = z.object({
  outcome: z.enum(["applied", "refused", "unknown"]),
  /** Why it was refused or is unknown, as a sentence, and the code of the problem. */
  why: z.string().optional(),
  code: z.string().optional(),
  /** When it was known: UTC, ISO 8601. */
  at: z.string().optional(),
  /**
   * Which result of its run it is, and how often somebody had continued the run by then. Times would not say what came
   * first: the clocks of several servers differ.
   */
  order: z.number().int().optional(),
  resumes: z.number().int().optional(),
});
export type StepResult = Readonly<z.infer<typeof stepResult>>;

/** One part of a number (its agent, its name, or its other fields) and the change of it. */
export const runStep = z.object({
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  e164: z.string().optional(),
  name: z.string().nullish(),
  connection: z.string(),
  vendor: vendorId,
  /** The index of its tier: tiers run one after the other. */
  tier: z.number().int().min(0).default(0),
  /** The newest change that it reverts, if any. */
  undoes: z.string().optional(),
  /** The id of its change, and how many changes before it were rate-limited. */
  changeId: z.string(),
  requeued: z.number().int().optional(),
  /**
   * For a protected number, what has to approve the step: the approval of the plan, a request for this run, or, for a
   * fail-back, the approval of the change that it takes back if it had one.
   */
  approval: z.enum(["plan", "run", "change"]).optional(),
  change: changeSchema.optional(),
  /** The fields as the step leaves them, as the changes left them that it reverts, and as they were shown. */
  first: snapshotSchema,
  last: snapshotSchema,
  now: snapshotSchema,
  /** Names for agent ids. */
  labels: recordOf(z.string()),
  /** The sequence of the newest change of the number on record when it was shown; 0 without one. */
  newest: z.number().int().min(0).optional(),
  /** Whether its tier waits for a first call, and the vendor's log of calls can show one to this number. */
  awaitsCall: z.literal(true).optional(),
  /** It stands for a step that cannot be read: only its number may be known, and nothing is sent for it. */
  isUnreadable: z.literal(true).optional(),
  verdict,
});
export type RunStep = Readonly<z.infer<typeof runStep>>;

/** A step with its result, once executed. */
export type ResultStep = RunStep & {
  readonly result?: StepResult | undefined;
  /** A fail-back has put its number back, or somebody has changed it since: the run has it no longer. */
  readonly isReleased?: true | undefined;
  /** What was found out since about the change that it was to take back, if that was unknown when it was planned. */
  readonly foundOfLast?: "applied" | "refused" | undefined;
};

/** Whether a step changes its number, as it was shown. */
export function isPlanned({ verdict: { kind } }: Pick<RunStep, "verdict">): boolean {
  return kind === "will_revert" || kind === "will_switch";
}

/** Whether a step changes its number only if somebody approves the run. */
export function needsApproval(step: Pick<RunStep, "verdict" | "approval">): boolean {
  return isPlanned(step) && step.approval === "run";
}

/** Whether a step still has to be executed. */
export function isLeft(step: ResultStep): boolean {
  return isPlanned(step) && !step.result;
}
