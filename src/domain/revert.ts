import { z } from "zod";
import type { AuditEvent } from "./audit-log.ts";
import { recordOf } from "./own-value.ts";
import { vendorId } from "./vendor.ts";

const state = z.record(z.string(), z.string().nullable());

/** What was found of a number that an incident has changed, and so what its revert does with it. */
const verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("will_revert") }),
  z.object({ kind: z.literal("already_so") }),
  /** Somebody has changed it since: a later change through Patchbay, or nobody knows who. */
  z.object({ kind: z.literal("moved"), by: z.string().optional(), changeId: z.string().optional() }),
  /** Nobody knows yet how its last change ended. */
  z.object({ kind: z.literal("unknown") }),
  /** It cannot be put back, or not by Patchbay: what was in the way, in a sentence. */
  z.object({ kind: z.literal("cannot"), why: z.string() }),
  /** Patchbay could put it back, and this person may not now: a freeze, a protection or a narrowed right, in a sentence. */
  z.object({ kind: z.literal("held"), by: z.enum(["freeze", "protection", "rights"]), why: z.string() }),
  /** It could not be looked at: why, in a sentence. */
  z.object({ kind: z.literal("unread"), why: z.string() }),
]);
export type Verdict = Readonly<z.infer<typeof verdict>>;

const change = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("reassign"),
    agentId: z.string(),
    agentName: z.string().optional(),
    ownAgentId: z.string().nullish(),
  }),
  z.object({ kind: z.literal("detach") }),
  z.object({ kind: z.literal("rename"), name: z.string().nullable() }),
  z.object({
    kind: z.literal("edit"),
    fields: state,
    agentId: z.string().optional(),
    ownAgentId: z.string().nullish(),
  }),
]);

/** One part of a number (who answers, its name, or its other fields) and what putting it back takes. */
export const revertStep = z.object({
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  e164: z.string().optional(),
  name: z.string().nullish(),
  connection: z.string(),
  vendor: vendorId,
  /** The newest change of the incident to it, and the change that puts it back with the id that it will have. */
  undoes: z.string(),
  changeId: z.string(),
  change: change.optional(),
  /** The fields as they were before the incident, as its last change left them, and as they are. */
  first: state,
  last: state,
  now: state,
  /** Names for agent ids. */
  labels: recordOf(z.string()),
  verdict,
});
export type RevertStep = Readonly<z.infer<typeof revertStep>>;

/** What became of a step that was carried out. */
export const stepResult = z.object({
  outcome: z.enum(["applied", "refused", "unknown"]),
  /** Why it was refused or is unknown, in a sentence. */
  why: z.string().optional(),
});
export type StepResult = Readonly<z.infer<typeof stepResult>>;

/** Who asked for a revert, and where, so that a later process can go on and tell. */
export const revertRequester = z.object({
  userId: z.string(),
  channelId: z.string().optional(),
  threadTs: z.string().optional(),
  viewId: z.string().optional(),
});
export type RevertRequester = Readonly<z.infer<typeof revertRequester>>;

/** The revert of an incident as it was shown to somebody, and how far it is. */
export interface Revert {
  readonly id: string;
  /** The incident's key. */
  readonly incident: string;
  readonly by: RevertRequester;
  /** `shown` has not been confirmed; `running` may be another process's to go on with. */
  readonly state: "shown" | "running" | "done";
  /** Newest first, each with its result once it was carried out. */
  readonly steps: readonly (RevertStep & { readonly result?: StepResult | undefined })[];
}

/** The reverts of one workspace: what was shown, confirmed, and done so far. */
export interface Reverts {
  /** Keeps one to be confirmed, and forgets those that are a week old. Throws not_recorded. */
  show(revert: Omit<Revert, "state">): Promise<void>;
  /** One revert. Throws not_found. */
  get(id: string): Promise<Revert>;
  /**
   * Marks one as confirmed, with the entry that tells of it. Throws not_found, already_requested when it is not to be
   * confirmed any more or another one of the incident is running, and not_recorded.
   */
  begin(id: string, by: RevertRequester, event: AuditEvent): Promise<void>;
  /** Notes the id under which a step is tried again, before that is sent. Throws not_recorded. */
  tryAgain(id: string, position: number, changeId: string): Promise<void>;
  /** Notes what became of a step, by its place in the list. Throws not_recorded. */
  noteStep(id: string, position: number, result: StepResult): Promise<void>;
  /** Nothing more is to be done. Throws not_recorded. */
  end(id: string): Promise<void>;
  /** The ids of those that are running, oldest first. */
  running(): Promise<readonly string[]>;
}
