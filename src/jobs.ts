import type { Ground } from "./infrastructure.ts";
import { driftJob } from "./operations/drift/drift-job.ts";
import { repeated, type Job } from "./operations/shared/interval-job.ts";
import type { Settler } from "./operations/change/outcome-reconciler.ts";
import { timedJob } from "./operations/expiry/expiry-job.ts";
import type { ActWatcher } from "./slack/updates/act-watcher.ts";
import type { Announcer } from "./slack/announcements/announcement-feed.ts";
import { approvalsJob } from "./slack/approval/approvals-job.ts";
import { askSlackTheTime, type OnAnswer } from "./slack/context/web-clients.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import type { FreshTokens } from "./slack/installation/token-rotation.ts";
import { resumeReverts } from "./slack/incident/revert-runner.ts";
import type { OutboxWorker } from "./slack/delivery/outbox-worker.ts";
import type { Services } from "./slack/context/services.ts";
import { tellDrift } from "./slack/status/notify-drift.ts";
import { tellRefusals } from "./slack/announcements/notify-refusals.ts";
import { tellTimed } from "./slack/expiry/notify-expiry.ts";

/** How often each job looks, in milliseconds. */
const usual = {
  /** What Slack did not take is tried again. */
  outboxEveryMs: 10_000,
  /** Slack is asked what time it is: where nothing comes in, a clock that is off may be why. */
  timeEveryMs: 60_000,
  /** Whether a change is to end: no end is later than that while the process runs. */
  timedEveryMs: 1000,
  /** What at the vendors nobody has told of: it is nobody's who waits. */
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
  readonly ground: Ground;
  readonly services: Services;
  readonly settling: Settler;
  readonly announcing: Announcer;
  readonly acts: ActWatcher;
  readonly outbox: OutboxWorker;
  /** None where Slack's token is a lasting one. */
  readonly tokens: FreshTokens | undefined;
  /** Hears the time at which Slack answered. */
  readonly slackAnswered: OnAnswer;
  readonly times: JobTimes;
}

/** Everything that goes on beside the requests. None of it throws. */
export function jobs({
  ground,
  services,
  settling,
  announcing,
  acts,
  outbox,
  tokens,
  slackAnswered,
  times,
}: JobsOptions): readonly Job[] {
  const { work } = services;
  const every = (job: keyof typeof usual): number => times[job] ?? usual[job];
  const askTheTime = async (): Promise<void> => {
    try {
      await askSlackTheTime(services.slackApiUrl, boltLogger(ground.log, "web-api"), slackAnswered);
    } catch (err) {
      ground.log.warn({ err }, "Slack did not say what time it is");
    }
  };
  return [
    settling,
    timedJob({
      ...ground,
      everyMs: every("timedEveryMs"),
      contextFor: (workspaceId) => ({
        ...ground.contextFor(workspaceId, { kind: "system", job: "timed" }),
        stopping: work.stopping,
        settleLater: (changeId) => settling.watch(workspaceId, changeId),
      }),
      tell: async (workspaceId, story) => tellTimed(services, workspaceId, story),
      track: (looking) => work.track(looking),
    }),
    approvalsJob(services, {
      everyMs: every("approvalsEveryMs"),
      isClockOff: ground.isClockOff,
      contextFor: (workspaceId, actor) => ground.contextFor(workspaceId, actor),
    }),
    repeated(every("revertsEveryMs"), () => work.track(resumeReverts(services))),
    driftJob({
      ...ground,
      everyMs: every("driftEveryMs"),
      contextFor: (workspaceId) => ground.contextFor(workspaceId, { kind: "system", job: "drift" }),
      tell: async (ctx) => tellDrift(services, ctx),
      track: (looking) => work.track(looking),
    }),
    repeated(every("outboxEveryMs"), () =>
      work.track(Promise.all([announcing.lookAtAll(), acts.lookAtAll(), outbox.sayWaiting()])),
    ),
    repeated(every("refusalsEveryMs"), () => work.track(tellRefusals(services))),
    repeated(every("timeEveryMs"), () => void askTheTime()),
    repeated(every("tokensEveryMs"), () => void tokens?.refreshDue()),
  ];
}
