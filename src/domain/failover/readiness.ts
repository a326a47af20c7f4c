import { z } from "zod";
import type { PlanApproval } from "./plan-approval.ts";

/** What somebody has to repair before a plan can be run as it is. */
const planProblem = z.object({
  /** A rule would not allow a run, or the approval of the plan has lapsed. Missing for anything else. */
  kind: z.enum(["rule", "approval"]).optional(),
  /** Missing for a problem of the plan as a whole. */
  connectionId: z.string().optional(),
  /** Missing for a problem of the whole connection. */
  numberId: z.string().optional(),
  why: z.string(),
});
export type PlanProblem = Readonly<z.infer<typeof planProblem>>;

/** Whether a revision of a plan was ready at the last look: a check of list copies, or a drill. */
export const readiness = z.object({
  revision: z.number().int(),
  /** UTC, ISO 8601. */
  at: z.string(),
  /** The first problems, and how many there are. */
  problems: z.array(planProblem),
  count: z.number().int(),
  /** What will make the plan not ready within a week, as a sentence, if its owner was told. */
  soon: z.string().optional(),
});
export type Readiness = Readonly<z.infer<typeof readiness>>;

/** The last drill of a plan: how many of its numbers could be switched. */
export const drill = z.object({
  revision: z.number().int(),
  /** UTC, ISO 8601. */
  at: z.string(),
  ready: z.number().int(),
  of: z.number().int(),
  isGreen: z.boolean(),
});
export type Drill = Readonly<z.infer<typeof drill>>;

/** What is known about a plan besides its list. */
export interface PlanState {
  readonly slug: string;
  readonly readiness: Readiness | undefined;
  readonly drill: Drill | undefined;
  /** The last approval of its protected numbers, maybe of an earlier revision. */
  readonly approval?: PlanApproval | undefined;
  /** Whether the owner was told that it is not ready. */
  readonly isTold: boolean;
}
