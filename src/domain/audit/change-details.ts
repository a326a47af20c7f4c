import { z } from "zod";

/** That being on call gave the person the right. */
export interface OnCallDetails {
  /** The schedule, and when its tool said so, if it could not be read: UTC, ISO 8601. */
  readonly onCall?: string | undefined;
  readonly onCallAsOf?: string | undefined;
}

/** Further details of a change, in the entries about it and about its approval. */
export interface ChangeDetails extends OnCallDetails {
  /** The channel where it was requested, and the thread in it. */
  readonly channel?: string | undefined;
  readonly thread?: string | undefined;
  /** When the vendor answered the update, by its own clock: UTC, ISO 8601. */
  readonly answeredAt?: string | undefined;
  /** When it expires, or until when it can be approved: UTC, ISO 8601. */
  readonly until?: string | undefined;
  /** The change that it undoes, or whose state it restores. */
  readonly undoes?: string | undefined;
  readonly restores?: string | undefined;
  /** The incident's key, and the revert that it is a step of. */
  readonly incident?: string | undefined;
  readonly revert?: string | undefined;
  /** The run that it is a step of, with the plan and its revision. */
  readonly run?: string | undefined;
  readonly plan?: string | undefined;
  readonly revision?: string | undefined;
  /** The token of the HTTP API with which it was requested. */
  readonly token?: string | undefined;
  /** The person in whose name background work makes it, or who asked for the approval. */
  readonly for?: string | undefined;
  /** The approval request, and the people who approved it: the first one, and the second if it wanted two. */
  readonly approval?: string | undefined;
  readonly approvedBy?: string | undefined;
  readonly alsoApprovedBy?: string | undefined;
  /** How many approvals are wanted if that is more than one, and how many there are with this entry. */
  readonly wanted?: string | undefined;
  readonly given?: string | undefined;
  /** `yes` if the person broke glass. */
  readonly breakGlass?: string | undefined;
  /** The ids of the rules that the person overrode, with commas between them. */
  readonly overrode?: string | undefined;
  /** What answered in place of an agent when the agent was changed, and what could choose another one for each call. */
  readonly answeredBy?: string | undefined;
  readonly chooser?: string | undefined;
  /** `nothing` if neither was there, at a vendor where one can be. Entries of earlier versions have none of the three. */
  readonly besides?: string | undefined;
  /** `yes` if reading the number again cannot clear up an unknown outcome. */
  readonly unprovable?: string | undefined;
}

/** Details of a change as they are stored with an approval request. */
export const storedChangeDetails: z.ZodType<ChangeDetails> = z.record(z.string(), z.string());

/** A call that the vendor's log has since a change. Never who called, what was said, or a recording. */
export interface ProofDetails {
  /** The call's id at the vendor. */
  readonly call: string;
  /** When it began, by the vendor's clock: UTC, ISO 8601. */
  readonly startedAt: string;
  /** `active`, `completed` or `failed`. */
  readonly status: string;
  /** The agent that answered. */
  readonly agent: string;
  readonly channel?: string | undefined;
  readonly incident?: string | undefined;
  /** The run that the change is a step of. */
  readonly run?: string | undefined;
}

export interface ExpiryDetails extends OnCallDetails {
  readonly channel?: string | undefined;
}
