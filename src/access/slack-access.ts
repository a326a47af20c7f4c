import type { Config } from "../config.ts";
import type { Infrastructure } from "../infrastructure.ts";
import type { SlackConfig } from "../config/slack-config.ts";
import type { BackgroundTasks } from "../slack/context/services.ts";
import { boltLogger } from "../slack/context/bolt-logger.ts";
import { slackClients, type OnAnswer } from "../slack/context/web-clients.ts";
import { installationLookup } from "../slack/installation/installation-store.ts";
import { tokenRotation } from "../slack/installation/token-rotation.ts";
import { verifyBotToken } from "../slack/installation/verify-bot-token.ts";

/**
 * What requests to Slack need: clients, and the tokens of the installations. `only` is the workspace of the one bot token,
 * if the settings have one. Throws an ordinary error with a readable message if Slack rejects it.
 */
export async function slackAccess(
  settings: Config,
  slack: SlackConfig,
  { installations, log, locks, now, monotonicMs, clock }: Infrastructure,
  running: BackgroundTasks,
) {
  // Without a logger, each of Slack's libraries writes its own format to standard output.
  const webApiLogger = boltLogger(log, "web-api");
  const slackAnswered: OnAnswer = (date, tookMs) => clock.observe("slack", date, tookMs);
  const only = slack.botToken
    ? await verifyBotToken(slack.botToken, settings.slackApiUrl, webApiLogger)
    : undefined;
  const clients = slackClients(settings.slackApiUrl, slackAnswered, webApiLogger);
  const tokens = slack.oauth
    ? tokenRotation({
        installations,
        log,
        locks,
        now,
        monotonicMs,
        clock,
        clientId: slack.oauth.clientId,
        clientSecret: slack.oauth.clientSecret,
        slackApiUrl: settings.slackApiUrl,
        onReplaced: (token) => clients.forget(token),
        track: (exchange) => running.track(exchange),
      })
    : undefined;
  const lookup = installationLookup(installations, { only, tokens });
  return { only, clients, tokens, lookup, slackAnswered };
}
