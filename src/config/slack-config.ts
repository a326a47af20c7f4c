import { z } from "zod";
import { secret, text } from "./setting-values.ts";

/** How the bot connects to Slack: by HTTP or a socket, for one workspace or many. */
export interface SlackConfig {
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly botToken: string | undefined;
  readonly oauth:
    | { readonly clientId: string; readonly clientSecret: string; readonly stateSecret: string }
    | undefined;
}

/** The settings that say how to connect to Slack. */
export const slackEnvironment = z.object({
  SLACK_SIGNING_SECRET: secret.optional(),
  SLACK_BOT_TOKEN: secret.startsWith("xoxb-", "must begin with xoxb-").optional(),
  SLACK_CLIENT_ID: secret.optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
  SLACK_STATE_SECRET: text.min(16, "must have at least 16 characters").optional(),
  SLACK_APP_TOKEN: secret.startsWith("xapp-", "must begin with xapp-").optional(),
});

type SlackEnvironment = z.infer<typeof slackEnvironment>;

/** What is missing to connect to Slack, and what contradicts itself. */
export function slackFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  const has = (name: keyof SlackEnvironment): boolean => given[name] !== undefined;
  const oauth = ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_STATE_SECRET"] as const;
  const missing = oauth.filter((name) => !has(name));
  const faults: string[] = [];
  if (!has("SLACK_SIGNING_SECRET") && !has("SLACK_APP_TOKEN")) {
    faults.push("SLACK_SIGNING_SECRET is missing (or SLACK_APP_TOKEN for Socket Mode)");
  }
  if (has("SLACK_BOT_TOKEN") && missing.length < oauth.length) {
    faults.push("SLACK_BOT_TOKEN (one workspace) and SLACK_CLIENT_ID, … (many) cannot both be set");
  } else if (!has("SLACK_BOT_TOKEN") && missing.length === oauth.length) {
    faults.push(
      "SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET for many workspaces)",
    );
  } else if (!has("SLACK_BOT_TOKEN")) {
    faults.push(...missing.map((name) => `${name} is missing`));
  }
  return faults;
}

/** The settings as the server uses them. */
export function slackSettings(set: SlackEnvironment): SlackConfig {
  const {
    SLACK_CLIENT_ID: clientId,
    SLACK_CLIENT_SECRET: clientSecret,
    SLACK_STATE_SECRET: stateSecret,
  } = set;
  return {
    signingSecret: set.SLACK_SIGNING_SECRET,
    appToken: set.SLACK_APP_TOKEN,
    botToken: set.SLACK_BOT_TOKEN,
    oauth: clientId && clientSecret && stateSecret ? { clientId, clientSecret, stateSecret } : undefined,
  };
}
