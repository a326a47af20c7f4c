import net from "node:net";
import type { Settings } from "./config.ts";
import { layGround, type GroundOptions } from "./infrastructure.ts";
import { healthRoutes } from "./health.ts";
import { watchGauges } from "./gauges.ts";
import { jobs, type JobTimes } from "./jobs.ts";
import { refusalRound } from "./operations/shared/refusal-summary.ts";
import { settler, type SettlerOptions } from "./operations/change/outcome-reconciler.ts";
import { actWatcher, type ActWatcher } from "./slack/updates/act-watcher.ts";
import { announcer } from "./slack/announcements/announcement-feed.ts";
import { slackClients, type OnAnswer } from "./slack/context/web-clients.ts";
import { slackDoor, type Door } from "./slack/server/slack-server.ts";
import { findByKey, findOnly, findStoredInstallation } from "./slack/installation/installation-store.ts";
import type { Patience } from "./slack/server/web-server.ts";
import { freshTokens } from "./slack/installation/token-rotation.ts";
import { boltLogger } from "./slack/context/bolt-logger.ts";
import { resumeReverts } from "./slack/incident/revert-runner.ts";
import { outboxWorker } from "./slack/delivery/outbox-worker.ts";
import type { Services } from "./slack/context/services.ts";
import { recordRepeats } from "./slack/announcements/notify-refusals.ts";
import { tellCheckpoint } from "./slack/announcements/post-checkpoint.ts";
import { findOwed, tellOwed } from "./slack/outcome/resume-notifications.ts";
import { tellOutcome } from "./slack/outcome/notify-outcome.ts";
import { whoseToken } from "./slack/installation/verify-bot-token.ts";
import { addressAttemptMs } from "./vendors/http.ts";
import { work } from "./slack/context/background-tasks.ts";

/** The running server. */
export interface Running {
  /** Where HTTP is served; in Socket Mode health only. */
  readonly port: number;
  /** Resolves when the connection to Slack is lost for good, so that only a new process helps. */
  readonly lost: Promise<void>;
  /** Takes no more work, waits for what is running (30 s at most), closes. Resolves to whether all of it finished. */
  stop(): Promise<boolean>;
}

const drainMs = 30_000;
/** How long telling of the last checkpoints may take; what is not told then stays in the outbox. */
const tellMs = 5_000;

/** What Node gives each of several addresses of a host to take a connection, in milliseconds. */
const nodesAttemptMs = 250;

/** What a test sets differently. */
export interface StartOptions extends Omit<GroundOptions, "lock">, JobTimes {
  /** How long requests may take to come in. */
  readonly patience?: Patience | undefined;
  /** Timers for looks at changes whose outcome is unknown; real ones unless given. */
  readonly after?: SettlerOptions["after"];
}

/** Starts the whole app. Throws an error in words when the database is in use or Slack does not know the token. */
export async function startApp(settings: Settings, options: StartOptions = {}): Promise<Running> {
  const { slack } = settings;
  if (!slack) throw new Error("the settings were read without Slack's");
  // For Slack's libraries, which take Node's own connections as they are: short of a slow address, nothing is told in time.
  net.setDefaultAutoSelectFamilyAttemptTimeout(
    Math.max(nodesAttemptMs, addressAttemptMs(settings.vendorTimeoutMs)),
  );
  const ground = layGround(settings, { ...options, lock: true });
  try {
    // Without one of ours, each of Slack's libraries writes lines of its own making to standard output.
    const webApiLogger = boltLogger(ground.log, "web-api");
    const running = work();
    const slackAnswered: OnAnswer = (date, tookMs) => ground.clock.heard("slack", date, tookMs);
    const only = slack.botToken
      ? await whoseToken(slack.botToken, settings.slackApiUrl, webApiLogger)
      : undefined;
    const clients = slackClients(settings.slackApiUrl, slackAnswered, webApiLogger);
    const tokens = slack.oauth
      ? freshTokens({
          ...ground,
          ...slack.oauth,
          slackApiUrl: settings.slackApiUrl,
          onReplaced: (token) => clients.forget(token),
          track: (exchange) => running.track(exchange),
        })
      : undefined;
    const settling = settler({
      ...ground,
      contextFor: (workspaceId) => ({
        ...ground.contextFor(workspaceId, { kind: "system", job: "settle" }),
        background: true,
      }),
      onChanged: async (workspaceId, record) => tellOutcome(services, workspaceId, record),
      track: (looking) => running.track(looking),
      ...(options.after ? { after: options.after } : {}),
    });
    const services: Services = {
      ...ground,
      work: running,
      refusals: refusalRound(),
      slackApiUrl: settings.slackApiUrl,
      startedAt: ground.now(),
      findInstalled: only ? findOnly(only) : findStoredInstallation(ground.installations, tokens),
      installationOf: async (key) => {
        if (only?.workspaceId === key) return only;
        await tokens?.before(key);
        return findByKey(ground.installations, key);
      },
      settleLater: (workspaceId, changeId) => settling.watch(workspaceId, changeId),
      sayLater: (workspaceId) => running.track(outbox.sayWaiting(workspaceId)),
      lookAtActs: (workspaceId, subject) => acts.look(workspaceId, subject),
      clients,
    };
    const outbox = outboxWorker(services);
    const announcing = announcer(services, outbox);
    const acts: ActWatcher = actWatcher(services, outbox);
    const door: Door = slackDoor(services, {
      ...slack,
      host: settings.host,
      port: settings.port,
      logger: boltLogger(ground.log),
      patience: options.patience,
      onRefused: ground.metrics.refused,
      routes: healthRoutes({
        ...ground,
        metricsToken: settings.metricsToken,
        connected: () => door.connected(),
      }),
    });
    watchGauges(ground, () => door.openSockets());
    const beside = jobs({
      ground,
      services,
      settling,
      announcing,
      acts,
      outbox,
      tokens,
      slackAnswered,
      times: options,
    });
    const owed = await findOwed(ground);
    const port = await door.start();
    for (const job of beside) await job.start();
    running.track(tellOwed(services, owed));
    running.track(resumeReverts(services));
    if (tokens) running.track(tokens.refreshDue());
    ground.onAppended((workspaceId) => announcing.look(workspaceId));
    ground.onAppended((workspaceId) => acts.look(workspaceId));
    ground.onAppended(() => ground.checkpoints?.makeFirst());
    running.track(announcing.lookAtAll());
    running.track(acts.lookAtAll());
    ground.checkpoints?.onCheckpoint(async (workspaceId, line) => {
      const telling = tellCheckpoint(services, workspaceId, line);
      running.track(telling);
      await telling;
    });
    ground.checkpoints?.makeDue();
    ground.log.info({ port, mode: slack.appToken ? "socket" : "http" }, "ready");
    return {
      port,
      lost: door.lost,
      stop: async () => {
        // Beside each other: the door waits for requests that somebody may never finish sending.
        const closing = door.stop();
        // It is awaited below. Failing before that it would end the process in the middle of its work.
        closing.catch(() => undefined);
        for (const job of beside) job.stop();
        const finished = await running.idle(drainMs);
        // Their counts are in memory alone.
        await recordRepeats(services);
        ground.checkpoints?.makeAll();
        await running.idle(tellMs);
        door.hangUp();
        await closing;
        await ground.close();
        ground.log.info({ finished }, "stopped");
        return finished;
      },
    };
  } catch (error) {
    await ground.close();
    throw error;
  }
}
