import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { CheckpointKey } from "../../store/checkpoints/checkpoint-key.ts";
import { newestCheckpoints, readCheckpoints } from "../../store/checkpoints/checkpoint-line.ts";
import { misfit, readHeads } from "../../store/checkpoints/log-checks.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { runNow } from "../connection/sqlite-queries.ts";
import type { KeyAge } from "./signing-key.ts";

/** Why checkpoints do not confirm a log; of all workspaces if none is named. */
export interface CheckpointFault {
  readonly workspaceId: string | undefined;
  readonly words: string;
}

/** The newest checkpoint of each workspace, and the faults found. */
export interface CheckpointState {
  readonly last: ReadonlyMap<string, Checkpoint>;
  readonly faults: readonly CheckpointFault[];
}

/**
 * Compares a database with its checkpoints and with the key for the next ones. `age` is the key's age when this
 * process started: a key that had signed nothing has lost no checkpoint.
 */
export function checkpointState(
  db: SqliteDatabase,
  text: string,
  key: CheckpointKey,
  age: KeyAge = "used",
): CheckpointState {
  const { checkpoints, forged } = readCheckpoints(text, [key]);
  const last = newestCheckpoints(checkpoints);
  const faults: CheckpointFault[] = [];
  const add = (workspaceId: string | undefined, words: string): void =>
    void faults.push({ workspaceId, words });
  if (forged.length > 0) {
    const lines = forged.length === 1 ? "1 line" : `${forged.length} lines`;
    add(undefined, `${lines} of the checkpoints are not signed by this server's key`);
  }
  const notes = prepared<Noted>(db, notedSql).all();
  const heads = new Map(runNow(db, readHeads()).map((head) => [head.workspaceId, head]));
  if (checkpoints.length === 0) {
    if (forged.length === 0 && expectsCheckpoint(db, age)) add(undefined, nothingLeft(age));
  } else {
    for (const [workspaceId, checkpoint] of last) {
      const words = runNow(db, misfit(checkpoint, key, heads.get(workspaceId)?.count));
      if (words !== undefined) add(workspaceId, words);
    }
    const signedUpTo = Math.max(...checkpoints.map(({ sequence }) => sequence));
    for (const [workspaceId] of heads) {
      if (last.has(workspaceId) || firstSequence(db, workspaceId) >= signedUpTo) continue;
      add(
        workspaceId,
        "it has entries from before the last checkpoint of others, and no checkpoint of its own",
      );
    }
  }
  for (const { workspaceId, line } of notes) {
    const [noted] = readCheckpoints(`${line}\n`, [key]).checkpoints;
    if (!noted || noted.count <= (last.get(workspaceId)?.count ?? 0) || checkpoints.length === 0) continue;
    add(workspaceId, `the checkpoint of entry ${noted.count}, made ${noted.at}, is not in the file any more`);
  }
  return { last, faults };
}

/** Whether a checkpoint must exist, judging by the database and the key's age. */
export function expectsCheckpoint(db: SqliteDatabase, age: KeyAge): boolean {
  const isThere = (sql: string): boolean => prepared(db, sql).get() !== undefined;
  if (age === "used") return isThere("SELECT 1 FROM audit_heads LIMIT 1");
  return isThere("SELECT 1 FROM signed_checkpoints LIMIT 1") || (age === "missing" && writtenByServer(db));
}

function nothingLeft(age: KeyAge): string {
  return age === "missing"
    ? "it has entries of a server, and both the key and the checkpoints of then are gone"
    : "there are entries and a key, and no checkpoint";
}

interface Noted {
  readonly workspaceId: string;
  readonly line: string;
}

const notedSql = "SELECT workspace_id AS workspaceId, line FROM signed_checkpoints";

function firstSequence(db: SqliteDatabase, workspaceId: string): number {
  const sql = "SELECT min(sequence) FROM audit_entries WHERE workspace_id = ?";
  return Number(prepared(db, sql).pluck().get(workspaceId) ?? Number.POSITIVE_INFINITY);
}

/**
 * Whether anyone besides the command line has written an entry: the command line can be used before the server ever
 * started.
 */
function writtenByServer(db: SqliteDatabase): boolean {
  return prepared(db, "SELECT 1 FROM audit_entries WHERE actor NOT LIKE 'cli:%' LIMIT 1").get() !== undefined;
}
