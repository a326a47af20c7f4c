/** How a call went, as far as the vendor's log says: it runs, it is over, or the agent failed in it. */
export type CallStatus = "active" | "completed" | "failed";

/** A call in the vendor's own log. It never has who called, what was said, or a recording. */
export interface LoggedCall {
  readonly id: string;
  /** When it began, by the vendor's clock. */
  readonly startedAt: Date;
  readonly status: CallStatus;
  /** The agent that answered; undefined if the vendor does not say. */
  readonly agentId: string | undefined;
}

/** Which calls to read. */
export interface CallQuery {
  /** The number that was called. */
  readonly number: { readonly id: string; readonly e164: string };
  /** The agents that may have answered. Some vendors list the calls of one agent only. */
  readonly agentIds: readonly string[];
  /** Calls that began at or after it, by the vendor's clock. */
  readonly since: Date;
}

/** The incoming calls of one number. */
export interface CallLog {
  /** Oldest first. */
  readonly calls: readonly LoggedCall[];
  /** The vendor's clock when it answered; undefined if it does not say. */
  readonly at: Date | undefined;
  /** Whether there were more calls in the account than Patchbay reads at once, so that some may be missing. */
  readonly isPartial: boolean;
}
