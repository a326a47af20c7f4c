import { WebClient, type Logger, type WebClientOptions } from "@slack/web-api";
import { withinLimits } from "../../domain/shared/waits.ts";
import { LRUCache } from "lru-cache";
import type { Clients, SlackClients } from "./services.ts";

/** Called for each response from Slack with its `Date` header and its duration in milliseconds. It must not throw. */
export type OnAnswer = (date: string | undefined, tookMs: number) => void;

const mostTokens = 10_000;

/** Creates Slack's Web API clients of this process. */
export function slackClients(
  slackApiUrl: string,
  onAnswer: OnAnswer = () => undefined,
  logger?: Logger,
): SlackClients {
  // Tokens that another replica has replaced fall out by themselves.
  const known = new LRUCache<string, Clients>({ max: mostTokens });
  const clientsOf = (token: string): Clients => {
    const found = known.get(token);
    if (found) return found;
    // New options for each client, because WebClient modifies them.
    const options = (more: WebClientOptions): WebClientOptions => ({
      slackApiUrl,
      ...(logger ? { logger } : {}),
      fetch: slackFetch(onAnswer),
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

/**
 * Requests any response from Slack, because its `Date` header has Slack's time. Needs no token. Throws what the client
 * throws.
 */
export async function askSlackTheTime(
  slackApiUrl: string,
  logger: Logger,
  onAnswer: OnAnswer,
): Promise<void> {
  const retryConfig = { retries: 0 };
  const options = { slackApiUrl, logger, timeout: 10_000, retryConfig };
  await new WebClient(undefined, { ...options, fetch: slackFetch(onAnswer) }).api.test();
}

/** The `fetch` of all Slack clients. It limits how long a response can make them wait. */
export function slackFetch(onAnswer: OnAnswer = () => undefined): typeof fetch {
  return async (input, init) => {
    const started = performance.now();
    const response = await fetch(input, init);
    onAnswer(response.headers.get("date") ?? undefined, performance.now() - started);
    return withShortWait(response);
  };
}

/** The longest wait before a Slack call is repeated, in seconds. */
const longestWaitSeconds = 30;

/** Limits Retry-After. The library waits as long as it says, and not at all if the number is too large. */
function withShortWait(response: Response): Response {
  const said = response.headers.get("retry-after");
  if (response.status !== 429 || said === null) return response;
  const headers = new Headers(response.headers);
  const seconds = withinLimits(Number.parseInt(said, 10), 1, longestWaitSeconds);
  headers.set("retry-after", String(seconds));
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
