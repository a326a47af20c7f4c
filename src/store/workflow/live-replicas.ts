import { row, type Database } from "../database/database.ts";

/** SQL that counts the replicas which are alive. One, until replicas say that they are. */
export const liveReplicasSql = "1";

/** How many replicas are alive, at least this one. */
export async function liveReplicas(database: Database): Promise<number> {
  const found = await database.read(row<{ live: number }>(`SELECT ${liveReplicasSql} AS live`));
  return Math.max(1, found?.live ?? 1);
}
