import type { Log } from "../../domain/ports/log.ts";
import { onConnection, type Connections } from "../connection/on-connection.ts";

/** How often a server says that it is there, in milliseconds. */
const beatMs = 5_000;

/** A server as others see it. */
export interface HeartbeatOptions {
  readonly id: string;
  readonly version: string;
  readonly log: Log;
}

/** Lists a server among those that run, until the returned function removes it. */
export async function startHeartbeat(
  connections: Connections,
  { id, version, log }: HeartbeatOptions,
): Promise<() => Promise<void>> {
  const ask = async (sql: string, values: readonly string[] = []): Promise<void> => {
    await onConnection(connections, async (client) => client.query(sql, [...values]));
  };
  // What servers left that died long ago.
  await ask("DELETE FROM locks WHERE until < clock_timestamp() - interval '1 hour'");
  await ask("DELETE FROM replicas WHERE seen_at < clock_timestamp() - interval '1 hour'");
  await ask(beatSql, [id, version]);
  const beating = setInterval(() => {
    ask(beatSql, [id, version]).catch((err: unknown) => log.warn({ err }, "heartbeat not stored"));
  }, beatMs);
  beating.unref();
  return async () => {
    clearInterval(beating);
    try {
      await ask("DELETE FROM replicas WHERE id = $1", [id]);
    } catch (err) {
      log.warn({ err }, "server not removed from the list of servers");
    }
  };
}

const beatSql = `INSERT INTO replicas VALUES ($1, $2, clock_timestamp(), clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`;
