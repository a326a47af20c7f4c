import type { Infrastructure } from "./infrastructure.ts";
import { firstCallJob } from "./operations/proof/first-call-job.ts";
import { driftJob } from "./operations/drift/drift-job.ts";
import { checkpointJob } from "./operations/history/checkpoint-job.ts";
import { readinessJob } from "./operations/failover/readiness-job.ts";
import { pendingReports } from "./operations/notifications/pending-reports.ts";
import type { Notifier } from "./operations/notifications/notifier.ts";
import { reportRefusals } from "./operations/notifications/report-refusals.ts";
import { intervalJob, type Job } from "./operations/shared/work/interval-job.ts";
import { runnerTimer } from "./operations/shared/work/runner-timer.ts";
import type { OutcomeReconciler } from "./operations/change/outcome-reconciler.ts";
import { expiryJob } from "./operations/expiry/expiry-job.ts";
import { askSlackTheTime, type OnAnswer } from "./slack/context/web-clients.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import type { TokenRotation } from "./slack/installation/token-rotation.ts";
import type { SlackDeps } from "./slack/context/services.ts";
import { intervalOf, type JobTimes } from "./job-times.ts";
import type { Workflows } from "./workflows.ts";

/** The dependencies of the jobs. */
export interface JobsOptions {
  readonly infra: Infrastructure;
  readonly deps: SlackDeps;
  readonly notifier: Notifier;
  readonly reconciler: OutcomeReconciler;
  readonly flows: Workflows;
  /** Undefined without token rotation. */
  readonly tokens: TokenRotation | undefined;
  /** Called with the time of each response from Slack. */
  readonly slackAnswered: OnAnswer;
  readonly times: JobTimes;
}

/** Everything that runs besides requests. None of it throws. */
export function jobs({
  infra,
  deps,
  notifier,
  reconciler,
  flows,
  tokens,
  slackAnswered,
  times,
}: JobsOptions): readonly Job[] {
  const { backgroundTasks: work } = deps;
  const timer = runnerTimer(infra.monotonicMs);
  const every = (job: keyof JobTimes): number => intervalOf(job, times);
  const askTheTime = async (): Promise<void> => {
    try {
      await askSlackTheTime(deps.slackApiUrl, boltLogger(infra.log, "web-api"), slackAnswered);
    } catch (err) {
      infra.log.warn({ err }, "Slack did not say what time it is");
    }
  };
  /** One server alone signs by itself. */
  const signers = (): readonly Job[] => {
    const { checkpoints, replicas } = infra;
    if (!checkpoints || !replicas) return [];
    const signer = checkpointJob({
      queue: infra.store.work,
      log: infra.log,
      timer,
      everyMs: every("checkpointsEveryMs"),
      sign: async () => checkpoints.makeDue(),
      track: (checking) => work.track(checking),
    });
    return [signer];
  };
  return [
    reconciler,
    expiryJob({
      queue: infra.store.work,
      log: infra.log,
      timer,
      isClockSkewed: infra.isClockSkewed,
      everyMs: every("timedEveryMs"),
      contextFor: (workspaceId) =>
        infra.contextFor(
          workspaceId,
          { kind: "system", job: "timed" },
          {
            stopping: work.stopping,
            reconcileLater: (changeId) => reconciler.watch(workspaceId, changeId),
          },
        ),
      notifier,
      track: (looking) => work.track(looking),
    }),
    flows.approvals,
    flows.breakGlass,
    flows.freezes,
    flows.apiTokens,
    flows.webhooks,
    flows.alerts,
    ...flows.alertFollowUps,
    flows.runs,
    flows.runReminders,
    pendingReports({
      queue: infra.store.work,
      log: infra.log,
      timer,
      everyMs: every("notificationsEveryMs"),
      notifier,
      lockLeaseMs: infra.lockLeaseMs,
      contextFor: flows.notificationContext,
      track: (reporting) => work.track(reporting),
    }),
    readinessJob({
      queue: infra.store.work,
      log: infra.log,
      timer,
      everyMs: every("readinessEveryMs"),
      contextFor: (workspaceId) =>
        infra.contextFor(workspaceId, { kind: "system", job: "readiness" }, { background: true }),
      notifier,
      track: (checking) => work.track(checking),
    }),
    firstCallJob({
      queue: infra.store.work,
      log: infra.log,
      timer,
      everyMs: every("firstCallsEveryMs"),
      now: infra.now,
      isClockSkewed: infra.isClockSkewed,
      notifier,
      contextFor: (workspaceId) =>
        infra.contextFor(
          workspaceId,
          { kind: "system", job: "first-call" },
          { background: true, stopping: work.stopping },
        ),
      track: (looking) => work.track(looking),
    }),
    driftJob({
      queue: infra.store.work,
      vendors: infra.accounts.vendors.map(({ id }) => id),
      log: infra.log,
      timer,
      locks: infra.locks,
      everyMs: every("driftEveryMs"),
      contextFor: (workspaceId) => infra.contextFor(workspaceId, { kind: "system", job: "drift" }),
      notifier,
      buttons: flows.buttons,
      track: (looking) => work.track(looking),
    }),
    ...signers(),
    intervalJob(every("outboxEveryMs"), () =>
      work.track(Promise.all([flows.announcements.checkAll(), flows.buttons.checkAll()])),
    ),
    intervalJob(every("refusalsEveryMs"), () => work.track(reportRefusals(flows.refusals))),
    intervalJob(every("timeEveryMs"), () => void askTheTime()),
    intervalJob(every("tokensEveryMs"), () => void tokens?.refreshDue()),
  ];
}
