import { SocketModeReceiver, type App, type Receiver } from "@slack/bolt";
import { slackFetch } from "../context/web-clients.ts";

type SocketClient = SocketModeReceiver["client"];

/** The longest pause between two attempts to connect, in milliseconds; Slack's library by itself has no cap. */
const longestPauseMs = 30_000;
/** Without any connection for this long the library is not going to recover, in milliseconds. */
const lostAfterMs = 10 * 60_000;
const looksEveryMs = 5000;

type SocketOptions = Pick<ConstructorParameters<typeof SocketModeReceiver>[0], "appToken" | "logger"> & {
  /** Since when a request that is read now may have waited; see `Arrivals`. */
  readonly arrivedMs?: () => number;
};

/** Two sockets to one Slack app, as one receiver of Bolt's. */
export interface DualSocketReceiver extends Receiver {
  /** How many of them can receive. */
  openCount(): number;
  /** Resolves when there was no connection for ten minutes; until then it is pending. */
  readonly lost: Promise<void>;
}

/**
 * Two sockets, since each refresh that Slack asks for leaves one of them deaf for seconds, and Slack hands each request
 * to any one that is open. `pauses` is for tests.
 */
export function dualSocketReceiver(
  options: SocketOptions,
  slackApiUrl: string,
  pauses = { lostAfterMs, looksEveryMs },
): DualSocketReceiver {
  const retryConfig = { retries: 100, factor: 1.3, minTimeout: 1000, maxTimeout: longestPauseMs };
  // An object for each: the library writes into what it is given.
  const clientOptions = () => ({ slackApiUrl, retryConfig: { ...retryConfig }, fetch: slackFetch() });
  const { appToken, logger, arrivedMs = () => performance.now() } = options;
  const socket = () =>
    new SocketModeReceiver({
      appToken,
      ...(logger ? { logger } : {}),
      installerOptions: { clientOptions: clientOptions() },
      customPropertiesExtractor: () => ({ arrivedAtMs: arrivedMs() }),
    });
  let stopping = false;
  const both = [socket(), socket()];
  for (const { client } of both) handleInterruptedStart(client, () => stopping);
  const open = new Set<SocketModeReceiver>();
  for (const receiver of both) {
    receiver.client.on("connected", () => open.add(receiver));
    for (const gone of ["close", "disconnected", "reconnecting"])
      receiver.client.on(gone, () => open.delete(receiver));
  }
  let tellLost = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    tellLost = resolve;
  });
  // Not counting time asleep: nobody tried to connect then.
  let lastOpen = performance.now();
  let watching: NodeJS.Timeout | undefined;
  return {
    init: (app: App) => {
      for (const receiver of both) receiver.init(app);
    },
    start: async () => {
      // The clients alone: a receiver would serve HTTP too, on every interface.
      const opened = await Promise.all(both.map(async ({ client }) => client.start()));
      lastOpen = performance.now();
      watching = setInterval(() => {
        if (open.size > 0) lastOpen = performance.now();
        else if (performance.now() - lastOpen > pauses.lostAfterMs) tellLost();
      }, pauses.looksEveryMs);
      watching.unref();
      return opened;
    },
    stop: async () => {
      stopping = true;
      clearInterval(watching);
      await Promise.all(both.map(async ({ client }) => client.disconnect()));
    },
    openCount: () => open.size,
    lost,
  };
}

/**
 * Where a stop interrupts the library while it connects again by itself, it rejects, with nothing, a promise that nobody
 * holds. Only a connection that a stop has interrupted is taken for handled; any other failure stays one.
 */
export function handleInterruptedStart(client: SocketClient, isStopping: () => boolean): void {
  const start = client.start.bind(client);
  client.start = async () => {
    try {
      return await start();
    } catch (error) {
      if (isStopping()) return { ok: false };
      if (error instanceof Error) throw error;
      throw new Error("the connection to Slack ended before it was open", { cause: error });
    }
  };
}
