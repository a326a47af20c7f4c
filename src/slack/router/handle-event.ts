import type { AllMiddlewareArgs, BaseSlackEvent, SlackEventMiddlewareArgs } from "@slack/bolt";
import { storedAgeMs } from "../../domain/shared/age.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { requestContext } from "../context/request-context.ts";
import { publishHome } from "../status/app-home.ts";
import { handleMention } from "./handle-mention.ts";
import { arrivedAtMs } from "../listener/incoming.ts";
import { forgetWorkspace } from "../installation/forget-workspace.ts";
import { workspaceKey } from "../installation/installation-store.ts";
import type { Installed } from "../context/installed.ts";
import type { SlackDeps } from "../context/services.ts";

/** The parts of an event's envelope that Patchbay reads. */
interface Envelope {
  readonly event_id: string;
  /** Unix seconds. */
  readonly event_time: number;
  readonly team_id?: string | null;
  readonly enterprise_id?: string | null;
}

/** The events that the manifest subscribes to. `handleEvent` handles each of them. */
export const botEvents = ["app_mention", "app_home_opened", "app_uninstalled", "tokens_revoked"] as const;

/** Handles an event. Bolt has acked it before. */
export async function handleEvent(
  deps: SlackDeps,
  { event, body, context }: SlackEventMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  if (event.type === "app_mention") return handleMention(deps, event, body, context);
  deps.metrics.acked("event", performance.now() - arrivedAtMs(context));
  if (event.type === "app_home_opened") {
    const installed = context["installed"] as Installed | undefined;
    if (event.tab !== "home" || !installed) return;
    const req = requestContext(deps, installed, {
      requestId: body.event_id,
      conversation: { userId: event.user },
      asked: { act: "event app_home_opened", content: "" },
    });
    await handled(deps, body.event_id, async () => {
      try {
        await deps.memory.rateLimits.consume("request", {
          workspaceId: installed.workspaceId,
          userId: event.user,
        });
      } catch (error) {
        // The tab keeps its content. Nobody opens it that often by hand.
        if (isProblem(error, "rate_limited")) return;
        throw error;
      }
      await publishHome(req);
    });
  }
  // Tokens of users do not matter. Without the bot's token, Patchbay can do nothing here.
  const left =
    event.type === "app_uninstalled" ||
    (event.type === "tokens_revoked" && (event.tokens.bot ?? []).length > 0);
  if (left) await forget(deps, event, body, context.isEnterpriseInstall);
}

async function forget(
  deps: SlackDeps,
  event: BaseSlackEvent,
  body: Envelope,
  isEnterpriseInstall: boolean,
): Promise<void> {
  const key = workspaceKey({
    isEnterpriseInstall,
    enterpriseId: body.enterprise_id ?? undefined,
    teamId: body.team_id ?? undefined,
  });
  if (key === undefined) return;
  // With a single bot token, there is no stored installation to compare times with, but the time of the token.
  const only = await deps.findInstalled({
    isEnterpriseInstall: false,
    enterpriseId: undefined,
    teamId: undefined,
  });
  const news = { job: event.type, requestId: body.event_id, at: new Date(body.event_time * 1000) };
  await handled(deps, body.event_id, async () => {
    if (!only || !(await isOlderThanToken(deps, only, news.at))) await forgetNowOrLater(deps, key, news);
  });
}

/** Whether an event is about an earlier installation than the one that the bot token belongs to. */
async function isOlderThanToken(
  deps: SlackDeps,
  { workspaceId, botToken }: Installed,
  at: Date,
): Promise<boolean> {
  const { installations, startedAt, now } = deps;
  const since = await installations
    .botTokenSince(workspaceId, botToken, startedAt)
    .catch((error: unknown) => {
      deps.log.warn({ workspace: workspaceId, err: error }, "installation time not read");
      return startedAt;
    });
  // If it is in the future, the clock was ahead then, and says nothing about the event.
  return storedAgeMs(since, now()) !== undefined && at < since;
}

/** The delay before another attempt to remove a workspace, in milliseconds. */
const againMs = 2000;

/** Retries while the database cannot be written, because Slack reports an uninstall only once. */
async function forgetNowOrLater(
  deps: SlackDeps,
  key: string,
  news: Parameters<typeof forgetWorkspace>[2],
): Promise<void> {
  const { requestId, job } = news;
  try {
    const forgotten = await forgetWorkspace(deps, key, news);
    deps.log.info({ requestId, workspace: key, forgotten }, job);
  } catch (error) {
    if (!isProblem(error, "not_recorded")) throw error;
    deps.log.error({ requestId, workspace: key, err: error }, "workspace not removed yet");
    const again = () => {
      if (deps.backgroundTasks.stopping.aborted) return;
      void handled(deps, requestId, async () => forgetNowOrLater(deps, key, news));
    };
    setTimeout(again, againMs).unref();
  }
}

async function handled(deps: SlackDeps, requestId: string, act: () => Promise<void>): Promise<void> {
  const running = act().catch((error: unknown) => {
    deps.log.error({ requestId, err: error }, "event not handled");
  });
  deps.backgroundTasks.track(running);
  await running;
}
