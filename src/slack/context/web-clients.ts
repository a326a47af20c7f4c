import { WebClient, type Logger, type WebClientOptions } from "@slack/web-api";
import { withinLimits } from "../../domain/clamp-wait.ts";
import type { Clients, SlackClients } from "./services.ts";

/** Told of each answer of Slack's: its `Date` header, and how long it took in milliseconds. It must not throw. */
export type OnAnswer = (date: string | undefined, tookMs: number) => void;

/** Slack's Web API clients of this process. */
export function slackClients(
  slackApiUrl: string,
  onAnswer: OnAnswer = () => undefined,
  logger?: Logger,
): SlackClients {
  const known = new Map<string, Clients>();
  const clientsOf = (token: string): Clients => {
    const found = known.get(token);
    if (found) return found;
    // The options are made anew for every client: WebClient writes into what it is given.
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

/** Asks Slack for nothing but an answer, which says what time it is there. Needs no token. Throws what the client throws. */
export async function askSlackTheTime(
  slackApiUrl: string,
  logger: Logger,
  onAnswer: OnAnswer,
): Promise<void> {
  const retryConfig = { retries: 0 };
  const options = { slackApiUrl, logger, timeout: 10_000, retryConfig };
  await new WebClient(undefined, { ...options, fetch: slackFetch(onAnswer) }).api.test();
}

/** How every client of Slack's libraries asks: an answer that asks for a wait is heard within limits. */
export function slackFetch(onAnswer: OnAnswer = () => undefined): typeof fetch {
  return async (input, init) => {
    const started = performance.now();
    const response = await fetch(input, init);
    onAnswer(response.headers.get("date") ?? undefined, performance.now() - started);
    return withShortWait(response);
  };
}

/** The longest that Slack is waited for before a call is repeated, in seconds. */
const longestWaitSeconds = 30;

/** The library waits for as long as it is told to, and at once for more than it can count: here within limits. */
function withShortWait(response: Response): Response {
  const said = response.headers.get("retry-after");
  if (response.status !== 429 || said === null) return response;
  const headers = new Headers(response.headers);
  const seconds = withinLimits(Number.parseInt(said, 10), 1, longestWaitSeconds);
  headers.set("retry-after", String(seconds));
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
