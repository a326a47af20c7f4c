import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import { genesisHash, rowHash, type LinkColumns } from "../../store/crypto/chain-hash.ts";
import { auditOrder } from "../../store/audit/audit-row.ts";
import { readCheckpoints } from "./checkpoint-file.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import type { CheckpointKey, KeyAge } from "./signing-key.ts";

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

/** The newest entry of a workspace, as noted in the database. */
export interface Head {
  readonly workspaceId: string;
  readonly sequence: number;
  readonly count: number;
  readonly head: string;
}

export const headsSql =
  "SELECT workspace_id AS workspaceId, sequence, position AS count, hash AS head FROM audit_heads";

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
  const last = new Map<string, Checkpoint>();
  for (const one of checkpoints)
    if (one.count >= (last.get(one.workspaceId)?.count ?? 0)) last.set(one.workspaceId, one);
  const faults: CheckpointFault[] = [];
  const add = (workspaceId: string | undefined, words: string): void =>
    void faults.push({ workspaceId, words });
  if (forged.length > 0) {
    const lines = forged.length === 1 ? "1 line" : `${forged.length} lines`;
    add(undefined, `${lines} of the checkpoints are not signed by this server's key`);
  }
  const notes = prepared<Noted>(db, notedSql).all();
  const heads = new Map(
    prepared<Head>(db, headsSql)
      .all()
      .map((head) => [head.workspaceId, head]),
  );
  if (checkpoints.length === 0) {
    if (forged.length === 0 && expectsCheckpoint(db, age)) add(undefined, nothingLeft(age));
  } else {
    for (const [workspaceId, checkpoint] of last) {
      const words = misfit(db, checkpoint, heads.get(workspaceId));
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

/** Why the log does not match its newest checkpoint, or undefined. */
function misfit(db: SqliteDatabase, checkpoint: Checkpoint, head: Head | undefined): string | undefined {
  const { sequence, count, head: hash, at, workspaceId } = checkpoint;
  const newest = head?.count ?? 0;
  if (newest < count)
    return `it ends with entry ${newest}, and the checkpoint of ${at} covers entry ${count}`;
  const row = prepared<Row>(db, "SELECT * FROM audit_entries WHERE sequence = ?").get(sequence);
  const fits =
    row?.["workspace_id"] === workspaceId &&
    row.position === count &&
    row.hash === hash &&
    rowHash(row, auditOrder) === hash;
  return fits ? undefined : `entry ${count} does not match the checkpoint of ${at}`;
}

/**
 * Faults in the entries between the last checkpoint and the newest entry, as text to show; undefined if each links to
 * the one before. Checked before the newest entry is signed.
 */
export function brokenSince(
  db: SqliteDatabase,
  last: Checkpoint | undefined,
  newest: Head,
): string | undefined {
  const { workspaceId } = newest;
  let position = last ? last.count - 1 : 0;
  let before = last ? undefined : genesisHash(workspaceId);
  let hash = "";
  for (const row of db.prepare<[string, number], Row>(sinceSql).iterate(workspaceId, last?.sequence ?? 0)) {
    position += 1;
    const follows = before === undefined ? row.hash === last?.head : row.previous_hash === before;
    if (row.position !== position || !follows || rowHash(row, auditOrder) !== row.hash)
      return `entry ${position} is not what was written, or does not follow from the one before it`;
    before = row.hash;
    hash = row.hash;
    if (position === newest.count) break;
  }
  if (position === newest.count && hash === newest.head) return undefined;
  return `it ends with entry ${position}, and not as the database has noted`;
}

type Row = LinkColumns & Readonly<Record<string, unknown>>;

interface Noted {
  readonly workspaceId: string;
  readonly line: string;
}

const sinceSql = "SELECT * FROM audit_entries WHERE workspace_id = ? AND sequence >= ? ORDER BY sequence";
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
