import { z } from "zod";
import type { Actor } from "../shared/actor.ts";
import type { KeptAlert } from "./alert.ts";
import type { AlertSource, HookActor, Mapping } from "./hook.ts";

/** The most alerts of a proposal that are kept one by one. A storm beyond that is only counted. */
export const maxKeptAlerts = 1_000;
/** After how long an alert that comes back makes a new proposal, in milliseconds: one that flaps has one message. */
export const reopensMs = 15 * 60_000;
/** After how long without news another alert makes a new proposal: one that never resolves must not silence the rest. */
export const staleMs = 6 * 60 * 60_000;

/** What a look at the numbers of a proposal found. */
export const proposalPreview = z.object({
  /** `38 will be switched · 4 already there`. */
  counts: z.string(),
  /** Whether there is anything to switch. */
  canSwitch: z.boolean(),
  /** Whether its plan is ready, in a few words. */
  standing: z.string().optional(),
  /** Why it cannot be run at all, as a sentence. */
  gone: z.string().optional(),
  /** Whether its plan is no longer there. Anything else that went wrong may be over by the time somebody looks. */
  isGone: z.boolean().optional(),
  at: z.string(),
});
export type ProposalPreview = Readonly<z.infer<typeof proposalPreview>>;

/**
 * What alerts of one mapping propose. All that come while one of them is open belong to it, so that a storm has one message.
 * `dismissed`: somebody decided against it for now. `resolved`: the source says that it is over.
 */
export interface Proposal {
  readonly id: string;
  readonly hookId: string;
  readonly source: AlertSource;
  /** As it was when the proposal was made. */
  readonly mapping: Mapping;
  readonly state: "open" | "dismissed" | "resolved";
  /** The key and the title of its first alert. */
  readonly key: string;
  readonly title: string;
  /** The ids that the source gives to its first alerts, for notes. */
  readonly alertIds: readonly string[];
  /** How many alerts belong to it, and how many of them are open. */
  readonly alerts: number;
  readonly openAlerts: number;
  /** The incident in Patchbay. */
  readonly incident: string | undefined;
  readonly preview: ProposalPreview | undefined;
  readonly dismissedBy: Actor | undefined;
  /** UTC, ISO 8601. */
  readonly madeAt: string;
  readonly changedAt: string;
  /** Whether its message was posted, or waits for Slack. */
  readonly isPosted: boolean;
  /** When people were last told that it is resolved and numbers are still on their fallback. */
  readonly toldResolvedAt: string | undefined;
}

/** Alerts that came in one request, for one mapping. Those that match none may still belong to a proposal. */
export interface MatchedAlerts {
  readonly mapping: Mapping | undefined;
  readonly alerts: readonly KeptAlert[];
}

/** A verified request of a source. */
export interface Delivery {
  /** What identifies the signed request, so that it is accepted once; undefined where the source signs nothing. */
  readonly digest: string | undefined;
  readonly matched: readonly MatchedAlerts[];
  readonly hasAlerts: boolean;
}

/** The proposals of one workspace, and the alerts that they were made of. */
export interface Proposals {
  /**
   * Stores what a request reports, with the entries of new proposals, and schedules the work of telling people, in one
   * transaction. Returns false, and stores nothing, if the same request was accepted before. Throws not_found if the hook
   * is gone, and not_recorded.
   */
  receive(hookId: string, delivery: Delivery, by: HookActor): Promise<boolean>;
  /** Forgets that a request was accepted, because its sender never got the answer and will send it again. */
  forgetDelivery(hookId: string, digest: string): Promise<void>;
  find(id: string): Promise<Proposal | undefined>;
  /** The proposals of an incident, oldest first. */
  ofIncident(incident: string): Promise<readonly Proposal[]>;
  /** Those that are not resolved, newest first, at most 100. */
  unresolved(): Promise<readonly Proposal[]>;
  noteIncident(id: string, incident: string): Promise<void>;
  notePreview(id: string, preview: ProposalPreview): Promise<void>;
  notePosted(id: string): Promise<void>;
  noteToldResolved(id: string): Promise<void>;
  /** Marks it as dismissed, with its entry. Throws not_found, nothing_to_change unless it is open, and not_recorded. */
  dismiss(id: string, by: HookActor): Promise<Proposal>;
  /** Schedules a reminder for a person. Throws not_found and not_recorded. */
  remindAt(id: string, userId: string, at: Date): Promise<void>;
}
