import { WebAPIPlatformError, WebClient, type Logger } from "@slack/web-api";
import { slackFetch } from "../context/web-clients.ts";
import type { Installed } from "../context/installed.ts";

/** Asks Slack which workspace a bot token belongs to. Throws an ordinary error with a readable message. */
export async function verifyBotToken(
  botToken: string,
  slackApiUrl: string,
  logger: Logger,
): Promise<Installed> {
  const client = new WebClient(botToken, {
    slackApiUrl,
    logger,
    fetch: slackFetch(),
    timeout: 10_000,
    retryConfig: { retries: 2 },
  });
  try {
    const {
      team_id: teamId,
      enterprise_id: enterpriseId,
      is_enterprise_install: orgWide,
    } = await client.auth.test();
    const workspaceId = orgWide ? enterpriseId : teamId;
    if (!workspaceId) throw new Error("Slack did not say which workspace SLACK_BOT_TOKEN belongs to");
    return {
      workspaceId,
      teamId: orgWide ? undefined : teamId,
      enterpriseId: enterpriseId || undefined,
      botToken,
    };
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    throw new Error(`Slack does not accept SLACK_BOT_TOKEN (${error.data.error})`, { cause: error });
  }
}
