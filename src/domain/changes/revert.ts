import { z } from "zod";
import type { requester } from "../notifications/reply-target.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import { changeSchema, snapshotSchema } from "../numbers/change.ts";
import { recordOf } from "../shared/own-value.ts";
import { vendorId } from "../vendor/vendor.ts";

/** The state of a number that an incident changed. It decides what the revert does with the number. */
const verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("will_revert") }),
  z.object({ kind: z.literal("already_so") }),
  /** It was changed since: by a later change through Patchbay, or outside Patchbay. */
  z.object({ kind: z.literal("moved"), by: z.string().optional(), changeId: z.string().optional() }),
  /** The outcome of its last change is not known yet. */
  z.object({ kind: z.literal("unknown") }),
  /** It cannot be reverted, or not by Patchbay: the reason, as a sentence. */
  z.object({ kind: z.literal("cannot"), why: z.string() }),
  /**
   * Patchbay could revert it, but this person may not now, because of a freeze, a protection or permissions: the
   * reason, as a sentence.
   */
  z.object({ kind: z.literal("held"), by: z.enum(["freeze", "protection", "rights"]), why: z.string() }),
  /** It could not be read: the reason, as a sentence. */
  z.object({ kind: z.literal("unread"), why: z.string() }),
]);
export type Verdict = Readonly<z.infer<typeof verdict>>;

/** One part of a number (its agent, its name, or its other fields) and how to revert it. */
export const revertStep = z.object({
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  e164: z.string().optional(),
  name: z.string().nullish(),
  connection: z.string(),
  vendor: vendorId,
  /** The newest change of the incident to this part, and the change that reverts it, with its future id. */
  undoes: z.string(),
  changeId: z.string(),
  change: changeSchema.optional(),
  /** The fields before the incident, after its last change, and now. */
  first: snapshotSchema,
  last: snapshotSchema,
  now: snapshotSchema,
  /** Names for agent ids. */
  labels: recordOf(z.string()),
  verdict,
});
export type RevertStep = Readonly<z.infer<typeof revertStep>>;

/** The result of an executed step. */
export const stepResult = z.object({
  outcome: z.enum(["applied", "refused", "unknown"]),
  /** Why it was refused or is unknown, as a sentence. */
  why: z.string().optional(),
});
export type StepResult = Readonly<z.infer<typeof stepResult>>;

/** Who requested a revert and where, so that a later process can continue it and report. */
export type RevertRequester = Readonly<z.infer<typeof requester>>;

/** The revert of an incident as it was shown, and its progress. */
export interface Revert {
  readonly id: string;
  /** The incident's key. */
  readonly incident: string;
  readonly by: RevertRequester;
  /** `shown` is not confirmed yet; `running` may have been started by another process. */
  readonly state: "shown" | "running" | "done";
  /** The steps, newest first, each with its result once executed. */
  readonly steps: readonly (RevertStep & { readonly result?: StepResult | undefined })[];
}

/** The incident reverts of one workspace. */
export interface Reverts {
  /** Stores a revert for confirmation, and forgets those older than a week. Throws not_recorded. */
  show(revert: Omit<Revert, "state">): Promise<void>;
  /** One revert. Throws not_found. */
  get(id: string): Promise<Revert>;
  /**
   * Marks a revert as confirmed, with its entry, and claims its execution for this process. Throws not_found, already_requested if it can no longer be
   * confirmed or another revert of the incident is running, and not_recorded.
   */
  begin(id: string, by: RevertRequester, event: AuditEvent<"incident.reverted">): Promise<void>;
  /** Stores the id for another attempt at a step, before the attempt is sent. Throws not_recorded. */
  tryAgain(id: string, position: number, changeId: string): Promise<void>;
  /** Stores the result of a step, by its index, unless it has one. Throws not_recorded. */
  noteStep(id: string, position: number, result: StepResult): Promise<void>;
  /** Marks a revert as done. Throws not_recorded. */
  end(id: string): Promise<void>;
  /** The ids of running reverts, oldest first. */
  running(): Promise<readonly string[]>;
}
