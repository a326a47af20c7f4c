import pg from "pg";
import type { Log } from "../../domain/ports/log.ts";
import type { OnSignal, Signal } from "../../domain/ports/signals.ts";
import { onConnection, type Connections } from "./on-connection.ts";
import { connectionOptions } from "./pool.ts";
import { postgresFault } from "./postgres-fault.ts";
import type { PostgresUrl } from "./postgres-url.ts";
import { channel, messageOf, newSender, parseMessage } from "./signal-channel.ts";

/** How often a replica tests whether it receives signals, in milliseconds. */
const proofEveryMs = 5_000;

/** Signals of other replicas, received on a separate connection. */
export interface SignalListener {
  /** The name under which this process signals. */
  readonly sender: string;
  onSignal(listener: OnSignal): void;
  /** Checks whether the last test signal arrived, and sends the next one. Runs every five seconds, and for tests. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** What a listener needs. */
export interface ListenerOptions {
  readonly url: PostgresUrl;
  readonly log: Log;
  /** The connections that write. */
  readonly connections: Connections;
  readonly everyMs?: number | undefined;
}

/**
 * Listens for signals. Notifications can be lost without an error: while the connection is down, or for ever behind a
 * pooler in transaction mode. So every five seconds the process signals to itself. If that does not arrive in time, any
 * signal may have been missed, and the listeners are told so: a poll in place of signals.
 */
export function listenForSignals({
  url,
  log,
  connections,
  everyMs = proofEveryMs,
}: ListenerOptions): SignalListener {
  const sender = newSender();
  const listeners = new Set<OnSignal>();
  let session: pg.Client | undefined;
  let isProven = true;
  let isDeaf = false;
  let isClosed = false;

  const notify = (signal: Signal | undefined): void => {
    for (const listener of listeners) listener(signal);
  };
  const drop = async (client: pg.Client | undefined): Promise<void> => {
    if (session === client) session = undefined;
    await client?.end().catch(() => undefined);
  };
  const receive = (payload: string | undefined): void => {
    const message = parseMessage(payload);
    if (message?.from === sender) isProven = true;
    else if (message?.signal) notify(message.signal);
  };
  const connect = async (): Promise<void> => {
    const client = new pg.Client(connectionOptions(url));
    client.on("error", () => void drop(client));
    client.on("end", () => void drop(client));
    client.on("notification", ({ payload }) => receive(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      if (isClosed) await drop(client);
      else session = client;
    } catch (error) {
      await drop(client);
      throw postgresFault(url, error);
    }
  };
  const missed = async (): Promise<void> => {
    if (!isDeaf)
      log.warn({ database: url.title }, "signals of other replicas not heard, what they change is polled");
    isDeaf = true;
    await drop(session);
    notify(undefined);
  };
  const check = async (): Promise<void> => {
    if (!isProven) await missed();
    else if (isDeaf) {
      isDeaf = false;
      log.info({ database: url.title }, "signals of other replicas heard again");
      notify(undefined);
    }
    isProven = false;
    try {
      if (!session) {
        await connect();
        notify(undefined);
      }
      await prove(connections, sender);
    } catch (err) {
      log.warn({ err }, "signals not proven");
    }
  };
  let checking = Promise.resolve();
  const next = async (): Promise<void> =>
    (checking = checking.then(async () => (isClosed ? undefined : check())));
  const timer = setInterval(() => void next(), everyMs);
  timer.unref();
  return {
    sender,
    onSignal: (listener) => void listeners.add(listener),
    check: next,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await checking;
      await drop(session);
    },
  };
}

async function prove(connections: Connections, sender: string): Promise<void> {
  await onConnection(connections, async (client) =>
    client.query("SELECT pg_notify($1, $2)", [channel, messageOf(sender)]),
  );
}
