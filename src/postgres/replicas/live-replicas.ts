import type { Replica, Replicas } from "../../domain/ports/replicas.ts";
import { isLive } from "../connection/running-servers.ts";
import { rows, type Database } from "../../store/database/database.ts";

/** The servers that run on a database, by its own clock. */
export function liveReplicas(database: Pick<Database, "read">): Replicas {
  return { live: async () => database.read(rows<Replica>(liveSql)) };
}

const liveSql = `SELECT id, version, started_at AS "startedAt",
    (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::FLOAT AS "seenMsAgo"
  FROM replicas WHERE ${isLive} ORDER BY started_at, id`;
