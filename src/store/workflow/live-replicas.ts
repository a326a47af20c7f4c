import { row, type Database } from "../database/database.ts";

/** SQL that counts the replicas which gave a sign of life in the last 20 seconds; at least one. */
export const liveReplicasSql =
  "(SELECT greatest(1, count(*)) FROM replicas WHERE seen_at > clock_timestamp() - interval '20 seconds')";

/** How many replicas are alive. */
export async function liveReplicas(database: Database): Promise<number> {
  return (await database.read(row<{ live: number }>(`SELECT ${liveReplicasSql} AS live`)))?.live ?? 1;
}
