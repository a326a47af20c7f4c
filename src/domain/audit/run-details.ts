import type { OnCallDetails } from "./change-details.ts";

export interface PlanDetails {
  /** The failover plan's slug, and its revision. */
  readonly plan: string;
  readonly revision: string;
}

/** The run that an entry is about. */
export interface RunDetails extends OnCallDetails {
  readonly run: string;
  /** Its kind: `revert`, `failover`, `practice`, `back` or `routes`. */
  readonly kind: string;
  readonly plan?: string | undefined;
  readonly revision?: string | undefined;
  readonly incident?: string | undefined;
  readonly channel?: string | undefined;
  /** The run that a fail-back takes back. */
  readonly returns?: string | undefined;
  /** Who wants the routes of a file, and for which commit. */
  readonly source?: string | undefined;
}

/** How far a run got: how many numbers it changed, of how many, and how long that took. */
export interface RunCounts {
  readonly changed?: string | undefined;
  readonly of?: string | undefined;
  readonly seconds?: string | undefined;
}

export interface RuleDetails {
  readonly rule: string;
  readonly title: string;
  readonly demand: string;
}

/** What a request for approval is about, if it is a whole run. */
export interface RequestedRunDetails {
  /** How many changes the run makes, and how many of them are to protected numbers. */
  readonly changes?: string | undefined;
  readonly protected?: string | undefined;
  /** The SHA-256 of the preview that is to be approved, which is what is begun. */
  readonly preview?: string | undefined;
  /** What a pipeline proposes, as a sentence. */
  readonly proposal?: string | undefined;
}

/** A page of an approver. */
export interface PageDetails {
  readonly paged?: string | undefined;
  readonly step: string;
  /** The id of the schedule, and the tool's id of the page. */
  readonly schedule?: string | undefined;
  readonly page?: string | undefined;
  readonly why?: string | undefined;
}
