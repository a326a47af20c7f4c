import type { Settings } from "./config.ts";
import { layGround, type GroundOptions } from "./ground.ts";
import { healthRoutes } from "./health.ts";
import { repeated, type Job } from "./operations/job.ts";
import { settler } from "./operations/settler.ts";
import { announcer } from "./slack/announcer.ts";
import { approvalsJob } from "./slack/approvals-job.ts";
import { slackClients } from "./slack/clients.ts";
import { slackDoor, type Door } from "./slack/door.ts";
import { findByKey, findOnly, findStoredInstallation } from "./slack/installation-store.ts";
import { boltLogger } from "./slack/logger.ts";
import type { Services } from "./slack/services.ts";
import { sayWaiting } from "./slack/say-later.ts";
import { tellCheckpoint } from "./slack/tell-checkpoint.ts";
import { findOwed, tellOwed } from "./slack/tell-owed.ts";
import { tellOutcome } from "./slack/tell-outcome.ts";
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

/** How often it is looked whether a request for approval or a freeze is over. */
const approvalsEveryMs = 10_000;

/** What a test sets differently. */
export interface StartOptions extends Omit<GroundOptions, "lock"> {
  readonly outboxEveryMs?: number | undefined;
  readonly approvalsEveryMs?: number | undefined;
}

/** Starts the whole app. Throws an error in words when the database is in use or Slack does not know the token. */
export async function startApp(settings: Settings, options: StartOptions = {}): Promise<Running> {
  const { slack } = settings;
  if (!slack) throw new Error("the settings were read without Slack's");
  const ground = layGround(settings, { ...options, lock: true });
  try {
    const running = work();
    const only = slack.botToken ? await whoseToken(slack.botToken, settings.slackApiUrl) : undefined;
    const settling = settler({
      ...ground,
      contextFor: (workspaceId) => ground.contextFor(workspaceId, { kind: "system", job: "settle" }),
      onChanged: async (workspaceId, record) => tellOutcome(services, workspaceId, record),
      track: (looking) => running.track(looking),
    });
    const services: Services = {
      ...ground,
      work: running,
      slackApiUrl: settings.slackApiUrl,
      startedAt: ground.now(),
      findInstalled: only ? findOnly(only) : findStoredInstallation(ground.installations),
      installationOf: async (key) =>
        only?.workspaceId === key ? only : findByKey(ground.installations, key),
      settleLater: (workspaceId, changeId) => settling.watch(workspaceId, changeId),
      clients: slackClients(settings.slackApiUrl),
    };
    const announcing = announcer(services);
    const door: Door = slackDoor(services, {
      ...slack,
      host: settings.host,
      port: settings.port,
      logger: boltLogger(ground.log),
      routes: healthRoutes(ground.store, ground.metrics, () => door.connected()),
    });
    const jobs: readonly Job[] = [
      settling,
      approvalsJob(services, {
        everyMs: options.approvalsEveryMs ?? approvalsEveryMs,
        contextFor: (workspaceId, actor) => ground.contextFor(workspaceId, actor),
      }),
      repeated(options.outboxEveryMs ?? outboxEveryMs, () =>
        running.track(Promise.all([announcing.lookAtAll(), sayWaiting(services)])),
      ),
    ];
    const owed = await findOwed(ground);
    const port = await door.start();
    for (const job of jobs) await job.start();
    running.track(tellOwed(services, owed));
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
