import type { Infrastructure } from "./infrastructure.ts";
import { driftJob } from "./operations/drift/drift-job.ts";
import type { Notifier } from "./operations/notifications/notifier.ts";
import { reportRefusals, type RefusalOptions } from "./operations/notifications/report-refusals.ts";
import { intervalJob, type Job } from "./operations/shared/interval-job.ts";
import type { OutcomeReconciler } from "./operations/change/outcome-reconciler.ts";
import { expiryJob } from "./operations/expiry/expiry-job.ts";
import type { ActWatcher } from "./slack/updates/act-watcher.ts";
import type { AnnouncementFeed } from "./slack/announcements/announcement-feed.ts";
import { approvalsJob } from "./slack/approval/approvals-job.ts";
import { askSlackTheTime, type OnAnswer } from "./slack/context/web-clients.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import type { TokenRotation } from "./slack/installation/token-rotation.ts";
import { resumeReverts } from "./slack/incident/revert-runner.ts";
import type { OutboxWorker } from "./slack/delivery/outbox-worker.ts";
import type { SlackDeps } from "./slack/context/services.ts";

/** How often each job looks, in milliseconds. */
const usual = {
  /** What Slack did not take is tried again. */
  outboxEveryMs: 10_000,
  /** Slack is asked what time it is: where nothing comes in, a clock that is off may be why. */
  timeEveryMs: 60_000,
  /** Whether a change is to end: no end is later than that while the process runs. */
  timedEveryMs: 1000,
  /** What at the vendors nobody has notified of: it is nobody's who waits. */
  driftEveryMs: 15 * 60_000,
  /** Whether a request for approval or a freeze is over. */
  approvalsEveryMs: 10_000,
  /** Whether a revert was left in the middle, by a database that could not be written perhaps. */
  revertsEveryMs: 30_000,
  /** What was refused is told to admins. */
  refusalsEveryMs: 10 * 60_000,
  /** Tokens that end soon; they are good for hours yet. */
  tokensEveryMs: 10 * 60_000,
};

/** Other times for a test. */
export type JobTimes = { readonly [job in keyof typeof usual]?: number | undefined };

/** What the jobs stand on. */
export interface JobsOptions {
  readonly ground: Infrastructure;
  readonly deps: SlackDeps;
  readonly notifier: Notifier;
  readonly settling: OutcomeReconciler;
  readonly announcing: AnnouncementFeed;
  readonly acts: ActWatcher;
  readonly outbox: OutboxWorker;
  readonly refusals: RefusalOptions;
  /** None where Slack's token is a lasting one. */
  readonly tokens: TokenRotation | undefined;
  /** Hears the time at which Slack answered. */
  readonly slackAnswered: OnAnswer;
  readonly times: JobTimes;
}

/** Everything that goes on beside the requests. None of it throws. */
export function jobs({
  ground: infra,
  deps,
  notifier,
  settling,
  announcing,
  acts,
  outbox,
  refusals,
  tokens,
  slackAnswered,
  times,
}: JobsOptions): readonly Job[] {
  const { backgroundTasks: work } = deps;
  const every = (job: keyof typeof usual): number => times[job] ?? usual[job];
  const askTheTime = async (): Promise<void> => {
    try {
      await askSlackTheTime(deps.slackApiUrl, boltLogger(infra.log, "web-api"), slackAnswered);
    } catch (err) {
      infra.log.warn({ err }, "Slack did not say what time it is");
    }
  };
  return [
    settling,
    expiryJob({
      store: infra.store,
      log: infra.log,
      now: infra.now,
      isClockSkewed: infra.isClockSkewed,
      everyMs: every("timedEveryMs"),
      contextFor: (workspaceId) => ({
        ...infra.contextFor(workspaceId, { kind: "system", job: "timed" }),
        stopping: work.stopping,
        reconcileLater: (changeId) => settling.watch(workspaceId, changeId),
      }),
      notifier,
      track: (looking) => work.track(looking),
    }),
    approvalsJob(deps, {
      everyMs: every("approvalsEveryMs"),
      isClockSkewed: infra.isClockSkewed,
      contextFor: (workspaceId, actor) => infra.contextFor(workspaceId, actor),
    }),
    intervalJob(every("revertsEveryMs"), () => work.track(resumeReverts(deps))),
    driftJob({
      store: infra.store,
      log: infra.log,
      withLock: infra.withLock,
      everyMs: every("driftEveryMs"),
      contextFor: (workspaceId) => infra.contextFor(workspaceId, { kind: "system", job: "drift" }),
      notifier,
      track: (looking) => work.track(looking),
    }),
    intervalJob(every("outboxEveryMs"), () =>
      work.track(Promise.all([announcing.lookAtAll(), acts.lookAtAll(), outbox.sayWaiting()])),
    ),
    intervalJob(every("refusalsEveryMs"), () => work.track(reportRefusals(refusals))),
    intervalJob(every("timeEveryMs"), () => void askTheTime()),
    intervalJob(every("tokensEveryMs"), () => void tokens?.refreshDue()),
  ];
}
