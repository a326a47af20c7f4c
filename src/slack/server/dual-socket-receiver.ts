import { SocketModeReceiver, type App, type Receiver } from "@slack/bolt";
import type { Replicas } from "../../domain/ports/replicas.ts";
import { slackFetch } from "../context/web-clients.ts";

type SocketClient = SocketModeReceiver["client"];

/** The longest delay between two attempts to connect, in milliseconds. Slack's library has no limit of its own. */
const longestPauseMs = 30_000;
/** After this time without any connection, the library will not recover, in milliseconds. */
const lostAfterMs = 10 * 60_000;
const looksEveryMs = 5000;

type SocketOptions = Pick<ConstructorParameters<typeof SocketModeReceiver>[0], "appToken" | "logger"> & {
  /** The earliest time at which a request that is read now may have arrived; see `Arrivals`. */
  readonly arrivedMs?: () => number;
  /** The replicas that are alive; without it, this is the only one. */
  readonly replicas?: Replicas | undefined;
};

/** One or two sockets of one Slack app, as one receiver for Bolt. */
export interface DualSocketReceiver extends Receiver {
  /** The number of sockets that can receive. */
  openCount(): number;
  /** Resolves after ten minutes without a connection. */
  readonly lost: Promise<void>;
}

/**
 * Two sockets, because each refresh that Slack requires interrupts one of them for seconds, and Slack sends each
 * request to any open one. Beside other replicas one is enough, and Slack allows ten for an app: the second one opens
 * once the others are gone. It is never closed before the end, because answers may be on their way. `pauses` is for
 * tests.
 */
export function dualSocketReceiver(
  options: SocketOptions,
  slackApiUrl: string,
  pauses = { lostAfterMs, looksEveryMs },
): DualSocketReceiver {
  const retryConfig = { retries: 100, factor: 1.3, minTimeout: 1000, maxTimeout: longestPauseMs };
  // New options for each client, because the library modifies them.
  const clientOptions = () => ({ slackApiUrl, retryConfig: { ...retryConfig }, fetch: slackFetch() });
  const { appToken, logger, arrivedMs = () => performance.now(), replicas } = options;
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
  let reportLost = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    reportLost = resolve;
  });
  // A clock that stops while the machine sleeps, because nothing tries to connect then.
  let lastOpen = performance.now();
  let watching: NodeJS.Timeout | undefined;
  const started = new Set<SocketModeReceiver>();
  const start = async (receiver: SocketModeReceiver): Promise<void> => {
    started.add(receiver);
    await receiver.client.start();
  };
  const isAlone = async (): Promise<boolean> => {
    try {
      return replicas === undefined || (await replicas.live()).length <= 1;
    } catch (error) {
      // If the database does not say, one socket is enough for now.
      logger?.warn("the number of replicas is unknown", error);
      return false;
    }
  };
  const openSecond = async (): Promise<void> => {
    const missing = both.find((receiver) => !started.has(receiver));
    if (!missing || !(await isAlone()) || stopping || started.has(missing)) return;
    await start(missing).catch((error: unknown) => {
      started.delete(missing);
      logger?.warn("the second socket is not open yet", error);
    });
  };
  return {
    init: (app: App) => {
      for (const receiver of both) receiver.init(app);
    },
    start: async () => {
      // Only the clients: a receiver would also listen for HTTP, on every interface.
      const first = (await isAlone()) ? both : both.slice(0, 1);
      const opened = await Promise.all(first.map(start));
      lastOpen = performance.now();
      watching = setInterval(() => {
        void openSecond();
        if (open.size > 0) lastOpen = performance.now();
        else if (performance.now() - lastOpen > pauses.lostAfterMs) reportLost();
      }, pauses.looksEveryMs);
      watching.unref();
      return opened;
    },
    stop: async () => {
      stopping = true;
      clearInterval(watching);
      await Promise.all([...started].map(async ({ client }) => client.disconnect()));
    },
    openCount: () => open.size,
    lost,
  };
}

/**
 * If a stop interrupts the library while it reconnects, the library rejects a promise that nobody handles. Only that
 * rejection counts as handled; any other failure stays unhandled.
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
