import net from "node:net";
import type { Config } from "./config.ts";
import { serveApi } from "./access/api-access.ts";
import { hookAccess } from "./access/hook-access.ts";
import { serveCommands } from "./access/control-access.ts";
import { connectInfrastructure } from "./infrastructure.ts";
import { healthRoutes } from "./health.ts";
import { registerGauges } from "./gauges.ts";
import { jobs } from "./jobs.ts";
import { heedSignals } from "./replica-signals.ts";
import { workflows, type Workflows } from "./workflows.ts";
import { refusalSummary } from "./operations/shared/refusal-summary.ts";
import { onCallReader } from "./operations/access/on-call-reader.ts";
import { outcomeReconciler } from "./operations/change/outcome-reconciler.ts";
import { runnerTimer } from "./operations/shared/work/runner-timer.ts";
import { reportOutcome } from "./operations/notifications/report-outcome.ts";
import { recordRepeats } from "./operations/notifications/report-refusals.ts";
import { slackNotifier } from "./slack/notifier.ts";
import { slackServer, type SlackServer } from "./slack/server/slack-server.ts";
import { subjectsOf } from "./domain/notifications/button-subject.ts";
import { redrawHomeOf } from "./slack/status/app-home.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import { resumeUninstalls } from "./operations/workspace/uninstall.ts";
import type { SlackDeps } from "./slack/context/services.ts";
import { connectTelemetry } from "./access/telemetry-access.ts";
import { slackAccess } from "./access/slack-access.ts";
import type { StartOptions } from "./start-options.ts";
import { slackMemory } from "./slack/context/slack-memory.ts";
import { postCheckpoint } from "./slack/announcements/post-checkpoint.ts";
import { addressAttemptMs } from "./vendors/exchange.ts";
import { backgroundTasks } from "./slack/context/background-tasks.ts";

/** The running server. */
export interface Running {
  /** The HTTP port. In Socket Mode, only health is served there. */
  readonly port: number;
  /** The port of the HTTP API; undefined if it is off. */
  readonly apiPort: number | undefined;
  /** Resolves when the connection to Slack is permanently lost, so that only a new process helps. */
  readonly lost: Promise<void>;
  /**
   * Accepts no more work, waits for running work (30 s at most), and closes everything. Resolves to whether all of it
   * finished.
   */
  stop(): Promise<boolean>;
}

const drainMs = 30_000;
/** How long posting the last checkpoints may take. Unposted ones stay in the outbox. */
const postCheckpointsMs = 5_000;

/** Node's default time limit for connecting to each of several addresses of a host, in milliseconds. */
const nodesAttemptMs = 250;

/**
 * Starts the whole app. Throws an ordinary error with a readable message if the database is in use or Slack rejects the
 * token.
 */
export async function startApp(settings: Config, options: StartOptions = {}): Promise<Running> {
  const { slack } = settings;
  if (!slack) throw new Error("the settings were read without Slack's");
  // Slack's libraries use Node's default connections. Without this, one slow address would exceed their time limits.
  net.setDefaultAutoSelectFamilyAttemptTimeout(
    Math.max(nodesAttemptMs, addressAttemptMs(settings.vendorTimeoutMs)),
  );
  const telemetry = await connectTelemetry(settings, options);
  const infra = await connectInfrastructure(settings, { ...options, lock: true, tracer: telemetry?.tracer });
  telemetry?.sendMetrics(async () => infra.metrics.registered());
  const { store, installations, accounts, log, metrics, clock, now, monotonicMs, newId, checkpoints } = infra;
  try {
    await checkpoints?.start();
    const running = backgroundTasks();
    const access = await slackAccess(settings, slack, infra, running);
    const { only, tokens } = access;
    const reconciler = outcomeReconciler({
      queue: store.work,
      log,
      timer: runnerTimer(monotonicMs, options.after),
      now,
      clock,
      contextFor: (workspaceId) =>
        infra.contextFor(workspaceId, { kind: "system", job: "settle" }, { background: true }),
      onChanged: async (ctx, record) => reportOutcome(ctx, record, notifier),
      track: (looking) => running.track(looking),
    });
    const { after } = runnerTimer(monotonicMs, options.after);
    const deps: SlackDeps = {
      store,
      installations,
      accounts,
      locks: infra.locks,
      contextFor: infra.contextFor,
      log,
      metrics,
      tracer: infra.tracer,
      now,
      newId,
      backgroundTasks: running,
      memory: slackMemory({
        monotonicMs,
        counts: store.shared?.counts,
        failed: (err) => log.warn({ err }, "requests not counted together"),
      }),
      refusals: refusalSummary(),
      slackApiUrl: settings.slackApiUrl,
      startedAt: now(),
      findInstalled: access.lookup.find,
      installationOf: access.lookup.byKey,
      redrawHomeOf: async (installed, whose) => redrawHomeOf(deps, installed, whose),
      onCall: onCallReader({ tools: infra.onCallTools, log, now, monotonicMs, after, newId }),
      onCallTools: infra.onCallTools,
      checkWebhookUrl: (url) => infra.webhookSender.checkUrl(url),
      reconcileLater: (workspaceId, changeId) => reconciler.watch(workspaceId, changeId),
      carryOutRun: async (ctx, run) => flows.runs.carryOut(ctx, run),
      checkRuns: () => flows.runs.check(),
      approvals: {
        ask: async (...asked) => flows.approvals.ask(...asked),
        afterApproval: async (...approved) => flows.approvals.afterApproval(...approved),
      },
      deliverPending: () => running.track(flows.outbox.deliverPending()),
      checkButtons: (workspaceId, subject) => flows.buttons.check(workspaceId, subject),
      checkButtonsNow: async (workspaceId, subject) => flows.buttons.checkNow(workspaceId, subject),
      clients: access.clients,
    };
    heedSignals(store, accounts, deps.memory);
    const notifier = slackNotifier(deps);
    const flows: Workflows = workflows(infra, deps, notifier, options);
    const server: SlackServer = slackServer(deps, {
      ...slack,
      host: settings.host,
      port: settings.port,
      logger: boltLogger(log),
      slowRequestLimits: options.slowRequestLimits,
      onRefused: metrics.refused,
      replicas: infra.replicas,
      hooks: hookAccess(infra, deps, () => flows.alerts.check()),
      routes: healthRoutes({
        store,
        checkpoints,
        replicas: infra.replicas,
        clock,
        metrics,
        log,
        metricsToken: settings.metricsToken,
        connected: () => server.connected(),
      }),
    });
    registerGauges(infra, () => server.openSockets());
    const beside = jobs({
      infra,
      deps,
      notifier,
      reconciler,
      flows,
      tokens,
      slackAnswered: access.slackAnswered,
      times: options,
    });
    await store.work.takeOver(["outcome", "notification", "outbox"]);
    // With one bot token, a workspace that has left looks like one that has disconnected everything.
    if (!only)
      await resumeUninstalls(
        { ...infra, now },
        { job: "app_uninstalled", requestId: newId("req"), at: now() },
      );
    else
      await installations
        .botTokenSince(only.workspaceId, only.botToken, deps.startedAt)
        .catch((err: unknown) => log.warn({ err }, "installation time not stored"));
    checkpoints?.onCheckpoint(async (workspaceId, line) => {
      const telling = postCheckpoint(deps, workspaceId, line);
      running.track(telling);
      await telling;
    });
    const port = await server.start();
    for (const job of beside) await job.start();
    await flows.outbox.start();
    if (tokens) running.track(tokens.refreshDue());
    infra.onAppended((workspaceId) => flows.announcements.check(workspaceId));
    infra.onAppended(() => flows.webhooks.checkEntries());
    infra.onAppended((workspaceId, event) => {
      if (!event || subjectsOf(event).length > 0) flows.buttons.check(workspaceId);
      if (event?.kind === "change.outcome" && event.actor.kind === "cli") flows.breakGlass.check();
    });
    if (checkpoints) infra.onAppended(() => running.track(checkpoints.makeFirst()));
    store.onSignal((signal) => {
      if (signal?.about !== "entries") return;
      flows.announcements.check(signal.workspaceId);
      flows.buttons.check(signal.workspaceId);
      flows.webhooks.checkEntries();
    });
    running.track(flows.announcements.checkAll());
    running.track(flows.buttons.checkAll());
    if (!infra.replicas) await checkpoints?.makeDue();
    const control = await serveCommands(settings, infra, deps, options.version);
    const api = await serveApi(settings, infra, deps, options);
    log.info({ port, mode: slack.appToken ? "socket" : "http" }, "ready");
    return {
      port,
      apiPort: api?.port,
      lost: server.lost,
      stop: async () => {
        // Concurrently, because the Slack server may wait for requests that are never completed.
        const closing = server.stop();
        // It is awaited below. A failure before that must not crash the process during its work.
        closing.catch(() => undefined);
        control?.close();
        api?.stop();
        for (const job of beside) job.stop();
        const finished = await running.drain(drainMs);
        // Their counts exist only in memory.
        await recordRepeats(flows.refusals);
        await checkpoints?.makeAll();
        await running.drain(postCheckpointsMs);
        flows.outbox.stop();
        server.closeConnections();
        api?.closeConnections();
        await closing;
        await telemetry?.close();
        await infra.close();
        log.info({ finished }, "stopped");
        return finished;
      },
    };
  } catch (error) {
    await infra.close();
    throw error;
  }
}
