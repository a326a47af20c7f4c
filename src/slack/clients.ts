import { LogLevel, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Clients, SlackClients } from "./services.ts";

/** Slack's Web API clients of this process. */
export function slackClients(slackApiUrl: string): SlackClients {
  const known = new Map<string, Clients>();
  const clientsOf = (token: string): Clients => {
    const found = known.get(token);
    if (found) return found;
    // The options are made anew for every client: WebClient writes into what it is given.
    const options = (more: WebClientOptions): WebClientOptions => ({
      slackApiUrl,
      logLevel: LogLevel.ERROR,
      ...more,
    });
    const made = {
      quick: new WebClient(
        token,
        options({ timeout: 2500, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }),
      ),
      patient: new WebClient(
        token,
        options({ timeout: 10_000, retryConfig: { retries: 3, factor: 2, maxTimeout: 8000 } }),
      ),
    };
    known.set(token, made);
    return made;
  };
  return Object.assign(clientsOf, { forget: (token: string): void => void known.delete(token) });
}
