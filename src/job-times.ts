/** The interval of each job, in milliseconds. */
const usual = {
  /** Retries messages that Slack did not accept. */
  outboxEveryMs: 10_000,
  /** Checks for changes that a server which has ended did not report. */
  notificationsEveryMs: 10_000,
  /** Asks Slack for its time. If no requests arrive, a wrong clock may be the reason. */
  timeEveryMs: 60_000,
  /** Checks for expiries. While the process runs, none is later than that. */
  timedEveryMs: 1000,
  /** Looks for changes whose first calls are to be looked for. */
  firstCallsEveryMs: 5000,
  /** Checks for drift. Nobody waits for it. */
  driftEveryMs: 15 * 60_000,
  /** Checks whether failover plans are ready, from copies of lists. */
  readinessEveryMs: 30 * 60_000,
  /** Checks whether approval requests or freezes have expired. */
  approvalsEveryMs: 10_000,
  /** Removes tokens of the HTTP API that have expired. They are refused from the moment on. */
  apiTokensEveryMs: 60_000,
  /** Checks for unfinished runs, for example after a database that could not be written. */
  runsEveryMs: 30_000,
  /** Looks for audit logs to sign, on one of several servers. */
  checkpointsEveryMs: 60_000,
  /** Checks for runs that are paused for long, or whose end has come. */
  runRemindersEveryMs: 10_000,
  /** Looks for audit entries of other processes to send to webhooks. */
  webhooksEveryMs: 10_000,
  /** Looks for alerts to tell people of, and for reminders and notes about them. */
  alertsEveryMs: 1_000,
  /** Notifies admins of refusals. */
  refusalsEveryMs: 10 * 60_000,
  /** Exchanges tokens that expire soon, with hours to spare. */
  tokensEveryMs: 10 * 60_000,
};

/** Other intervals for tests. */
export type JobTimes = { readonly [job in keyof typeof usual]?: number | undefined };

/** The interval of a job, in milliseconds. */
export function intervalOf(job: keyof JobTimes, times: JobTimes): number {
  return times[job] ?? usual[job];
}
