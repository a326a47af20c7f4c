/** A webhook, and where it sends, without the path. */
export interface WebhookDetails {
  readonly webhook: string;
  readonly origin: string;
  /** The kinds of events that it gets, if not all. */
  readonly kinds?: string | undefined;
}

/** An address for alerts, never its secret. */
export interface HookDetails {
  readonly hook: string;
  readonly name: string;
  readonly source: string;
}

/** A schedule of an on-call tool, never its key. */
export interface ScheduleDetails {
  readonly schedule: string;
  readonly name: string;
  readonly tool: string;
  /** The id that the tool gives it. */
  readonly toolId: string;
}

/** What alerts propose: a plan or an agent, in which channel. */
export interface ProposalDetails {
  readonly proposal: string;
  readonly hook: string;
  readonly source: string;
  /** The key that the source gives to its incident. */
  readonly alert: string;
  readonly plan?: string | undefined;
  readonly agent?: string | undefined;
  readonly channel: string;
}

/** A token of the HTTP API, never its secret. */
export interface TokenDetails {
  readonly token: string;
  readonly name: string;
  readonly scope: string;
  /** The ids of its connections with commas between them; missing for all. */
  readonly connections?: string | undefined;
  /** Whose rights it has, as an actor. */
  readonly owner: string;
  /** When it expires: UTC, ISO 8601. */
  readonly until: string;
}
