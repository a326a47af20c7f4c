import type { Settings } from "./config.ts";
import { layGround, type GroundOptions } from "./ground.ts";
import { healthRoutes } from "./health.ts";
import { watchGauges } from "./gauges.ts";
import { repeated, type Job } from "./operations/job.ts";
import { timedJob } from "./operations/timed-job.ts";
import { settler } from "./operations/settler.ts";
import { announcer } from "./slack/announcer.ts";
import { approvalsJob } from "./slack/approvals-job.ts";
import { askSlackTheTime, slackClients, type OnAnswer } from "./slack/clients.ts";
import { slackDoor, type Door } from "./slack/door.ts";
import { findByKey, findOnly, findStoredInstallation } from "./slack/installation-store.ts";
import type { Patience } from "./slack/guarded-requests.ts";
import { freshTokens } from "./slack/fresh-tokens.ts";
import { boltLogger } from "./slack/logger.ts";
import { resumeReverts } from "./slack/run-revert.ts";
import type { Services } from "./slack/services.ts";
import { sayWaiting } from "./slack/say-later.ts";
import { tellCheckpoint } from "./slack/tell-checkpoint.ts";
import { findOwed, tellOwed } from "./slack/tell-owed.ts";
import { tellTimed } from "./slack/tell-timed.ts";
import { tellOutcome } from "./slack/tell-outcome.ts";
import { watchDrift } from "./slack/watch-drift.ts";
import { whoseToken } from "./slack/whose-token.ts";
import { work } from "./slack/work.ts";

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
/** How often what Slack did not take is tried again. */
const outboxEveryMs = 10_000;
/** How often Slack is asked what time it is, in milliseconds: where nothing comes in, a clock that is off may be why. */
const timeEveryMs = 60_000;
/** How often it is looked whether a change is to end: no end is later than that while the process runs. */
const timedEveryMs = 1000;

/** How often it is looked whether a revert was left in the middle, by a database that could not be written perhaps. */
const revertsEveryMs = 30_000;
/** How often it is looked for tokens that end soon; they are good for hours yet. */
const tokensEveryMs = 10 * 60_000;

/** How often the vendors are looked at for what nobody has told of: it is nobody's who waits. */
const driftEveryMs = 15 * 60_000;

/** How often it is looked whether a request for approval or a freeze is over. */
const approvalsEveryMs = 10_000;

/** What a test sets differently. */
export interface StartOptions extends Omit<GroundOptions, "lock"> {
  readonly outboxEveryMs?: number | undefined;
  readonly timeEveryMs?: number | undefined;
  readonly driftEveryMs?: number | undefined;
  readonly timedEveryMs?: number | undefined;
  /** How long requests may take to come in. */
  readonly patience?: Patience | undefined;
  readonly approvalsEveryMs?: number | undefined;
}

/** Starts the whole app. Throws an error in words when the database is in use or Slack does not know the token. */
export async function startApp(settings: Settings, options: StartOptions = {}): Promise<Running> {
  const { slack } = settings;
  if (!slack) throw new Error("the settings were read without Slack's");
  const ground = layGround(settings, { ...options, lock: true });
  try {
    const running = work();
    const slackAnswered: OnAnswer = (date, tookMs) => ground.clock.heard("slack", date, tookMs);
    const only = slack.botToken ? await whoseToken(slack.botToken, settings.slackApiUrl) : undefined;
    const clients = slackClients(settings.slackApiUrl, slackAnswered);
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
    });
    const services: Services = {
      ...ground,
      work: running,
      slackApiUrl: settings.slackApiUrl,
      startedAt: ground.now(),
      findInstalled: only ? findOnly(only) : findStoredInstallation(ground.installations, tokens),
      installationOf: async (key) => {
        if (only?.workspaceId === key) return only;
        await tokens?.before(key);
        return findByKey(ground.installations, key);
      },
      settleLater: (workspaceId, changeId) => settling.watch(workspaceId, changeId),
      clients,
    };
    const announcing = announcer(services);
    const door: Door = slackDoor(services, {
      ...slack,
      host: settings.host,
      port: settings.port,
      logger: boltLogger(ground.log),
      patience: options.patience,
      routes: healthRoutes({ ...ground, connected: () => door.connected() }),
    });
    watchGauges(ground, () => door.openSockets());
    const askTheTime = async (): Promise<void> => {
      try {
        await askSlackTheTime(settings.slackApiUrl, slackAnswered);
      } catch (err) {
        ground.log.warn({ err }, "Slack did not say what time it is");
      }
    };
    const jobs: readonly Job[] = [
      settling,
      timedJob({
        ...ground,
        everyMs: options.timedEveryMs ?? timedEveryMs,
        contextFor: (workspaceId) => ({
          ...ground.contextFor(workspaceId, { kind: "system", job: "timed" }),
          settleLater: (changeId) => settling.watch(workspaceId, changeId),
        }),
        tell: async (workspaceId, story) => tellTimed(services, workspaceId, story),
        track: (looking) => running.track(looking),
      }),
      approvalsJob(services, {
        everyMs: options.approvalsEveryMs ?? approvalsEveryMs,
        contextFor: (workspaceId, actor) => ground.contextFor(workspaceId, actor),
      }),
      repeated(revertsEveryMs, () => running.track(resumeReverts(services))),
      repeated(options.driftEveryMs ?? driftEveryMs, () =>
        running.track(
          watchDrift(services, (workspaceId) =>
            ground.contextFor(workspaceId, { kind: "system", job: "drift" }),
          ),
        ),
      ),
      repeated(options.outboxEveryMs ?? outboxEveryMs, () =>
        running.track(Promise.all([announcing.lookAtAll(), sayWaiting(services)])),
      ),
      repeated(options.timeEveryMs ?? timeEveryMs, () => void askTheTime()),
      repeated(tokensEveryMs, () => void tokens?.refreshDue()),
    ];
    const owed = await findOwed(ground);
    const port = await door.start();
    for (const job of jobs) await job.start();
    running.track(tellOwed(services, owed));
    running.track(resumeReverts(services));
    if (tokens) running.track(tokens.refreshDue());
    ground.onAppended((workspaceId) => announcing.look(workspaceId));
    running.track(announcing.lookAtAll());
    ground.checkpoints?.onCheckpoint(async (workspaceId, line) =>
      tellCheckpoint(services, workspaceId, line),
    );
    ground.checkpoints?.makeDue();
    ground.log.info({ port, mode: slack.appToken ? "socket" : "http" }, "ready");
    return {
      port,
      lost: door.lost,
      stop: async () => {
        // Beside each other: the door waits for requests that somebody may never finish sending.
        const closing = door.stop();
        for (const job of jobs) job.stop();
        const finished = await running.idle(drainMs);
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
