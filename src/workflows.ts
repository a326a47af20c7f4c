import type { Actor } from "./domain/shared/actor.ts";
import { requesterActor } from "./domain/runs/run.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { fallbackReminders, proposalWorker } from "./operations/alerts/alert-workers.ts";
import { noteWorker } from "./operations/alerts/note-worker.ts";
import { approvalsJob, type ApprovalsJob } from "./operations/approval/approvals-job.ts";
import { breakGlassAlerts } from "./operations/approval/break-glass-alerts.ts";
import { executeApprovedRun } from "./operations/failover/execute-approved-run.ts";
import { freezesJob } from "./operations/restrictions/freezes-job.ts";
import { withTokens } from "./operations/tokens/token-permissions.ts";
import { tokensJob } from "./operations/tokens/tokens-job.ts";
import { webhookWorker, type WebhookWorker } from "./operations/webhooks/webhook-worker.ts";
import { runReminders } from "./operations/runs/run-reminders.ts";
import { runRunner, type RunRunner } from "./operations/runs/run-runner.ts";
import { buttonWatcher, type ButtonWatcher } from "./operations/notifications/button-watcher.ts";
import { announcementFeed, type AnnouncementFeed } from "./operations/notifications/announcement-feed.ts";
import type { Notifier } from "./operations/notifications/notifier.ts";
import { outboxWorker, type OutboxWorker } from "./operations/notifications/outbox-worker.ts";
import type { RefusalOptions } from "./operations/notifications/report-refusals.ts";
import type { Context } from "./operations/shared/context.ts";
import { derivedContext } from "./operations/shared/context-factory.ts";
import type { Job } from "./operations/shared/work/interval-job.ts";
import type { WorkRunner } from "./operations/shared/work/work-runner.ts";
import { runnerTimer } from "./operations/shared/work/runner-timer.ts";
import { installedContext } from "./slack/context/request-context.ts";
import { intervalOf, type JobTimes } from "./job-times.ts";
import type { SlackDeps } from "./slack/context/services.ts";

const hooks: Actor = { kind: "system", job: "hooks" };
const approvals: Actor = { kind: "system", job: "approvals" };

/** The work that both requests and jobs start. */
export interface Workflows {
  readonly outbox: OutboxWorker;
  readonly runs: RunRunner;
  readonly runReminders: Job;
  readonly approvals: ApprovalsJob;
  readonly breakGlass: WorkRunner;
  readonly freezes: Job;
  readonly apiTokens: Job;
  readonly webhooks: WebhookWorker;
  /** Tells people what alerts propose. */
  readonly alerts: WorkRunner;
  /** Reminders and notes about alerts. */
  readonly alertFollowUps: readonly Job[];
  readonly announcements: AnnouncementFeed;
  readonly buttons: ButtonWatcher;
  readonly refusals: RefusalOptions;
  /** A context for notifications that no other work made one for. */
  notificationContext(workspaceId: string): Context;
}

/** Makes the workflows of the server, which notify people through the notifier. */
export function workflows(
  infra: Infrastructure,
  deps: SlackDeps,
  notifier: Notifier,
  times: JobTimes,
): Workflows {
  const { store, log, locks, now, monotonicMs, clock } = infra;
  const { backgroundTasks, refusals } = deps;
  const track = (work: Promise<unknown>): void => backgroundTasks.track(work);
  const contextFor = (workspaceId: string): Context =>
    infra.contextFor(workspaceId, { kind: "system", job: "notifications" });
  // A token may have begun the work.
  const installedFor = async (workspaceId: string, actor: Actor): Promise<Context | undefined> => {
    const ctx = await installedContext(deps, workspaceId, actor);
    return ctx && { ...ctx, authorizer: withTokens(ctx.authorizer, ctx.workspace) };
  };
  const timer = runnerTimer(monotonicMs);
  const outbox = outboxWorker({
    store,
    log,
    notifier,
    now,
    monotonicMs,
    clock,
    timer,
    everyMs: intervalOf("outboxEveryMs", times),
    track,
  });
  const runs = runRunner({
    store,
    log,
    timer,
    everyMs: intervalOf("runsEveryMs", times),
    notifier,
    stopping: backgroundTasks.stopping,
    track,
    installedContext: installedFor,
  });
  const alertOptions = {
    store,
    log,
    timer,
    everyMs: intervalOf("alertsEveryMs", times),
    notifier,
    installedContext: async (workspaceId: string) => installedContext(deps, workspaceId, hooks),
    track,
  };
  return {
    outbox,
    runs,
    runReminders: runReminders({
      store,
      log,
      timer,
      everyMs: intervalOf("runRemindersEveryMs", times),
      notifier,
      runs,
      track,
      installedContext: installedFor,
    }),
    approvals: approvalsJob({
      queue: store.work,
      log,
      timer,
      notifier,
      onCall: deps.onCall,
      onCallTools: infra.onCallTools,
      approvedRuns: {
        begin: executeApprovedRun,
        carryOut: async (ctx, run) => {
          const actor = requesterActor(run.by, ctx.workspace.id);
          await runs.carryOut(derivedContext(ctx, { actor }), run);
        },
      },
      everyMs: intervalOf("approvalsEveryMs", times),
      stopping: backgroundTasks.stopping,
      isClockSkewed: infra.isClockSkewed,
      contextFor: (workspaceId) => infra.contextFor(workspaceId, approvals),
      installedContext: async (workspaceId) => installedFor(workspaceId, approvals),
      track,
    }),
    breakGlass: breakGlassAlerts({
      queue: store.work,
      log,
      timer,
      notifier,
      everyMs: intervalOf("approvalsEveryMs", times),
      contextFor,
      track,
    }),
    freezes: freezesJob({
      queue: store.work,
      log,
      timer,
      everyMs: intervalOf("approvalsEveryMs", times),
      isClockSkewed: infra.isClockSkewed,
      contextFor: (workspaceId) => infra.contextFor(workspaceId, approvals),
      track,
    }),
    apiTokens: tokensJob({
      queue: store.work,
      log,
      timer,
      everyMs: intervalOf("apiTokensEveryMs", times),
      isClockSkewed: infra.isClockSkewed,
      contextFor: (workspaceId) => infra.contextFor(workspaceId, { kind: "system", job: "tokens" }),
      track,
    }),
    webhooks: webhookWorker({
      store,
      log,
      timer,
      everyMs: intervalOf("webhooksEveryMs", times),
      sender: infra.webhookSender,
      notifier,
      contextFor: (workspaceId) =>
        infra.contextFor(
          workspaceId,
          { kind: "system", job: "webhooks" },
          { stopping: backgroundTasks.stopping },
        ),
      track,
    }),
    alerts: proposalWorker(alertOptions),
    alertFollowUps: [
      fallbackReminders(alertOptions),
      noteWorker({
        ...alertOptions,
        sender: infra.noteSender,
        contextFor: (workspaceId) => infra.contextFor(workspaceId, hooks),
      }),
    ],
    announcements: announcementFeed({ store, log, locks, notifier, outbox, track }),
    buttons: buttonWatcher({ store, log, locks, notifier, outbox, timer, now, track }),
    refusals: { refusals, log, contextFor, notifier },
    notificationContext: contextFor,
  };
}
