import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { CheckpointKey, SigningKey } from "../../store/checkpoints/checkpoint-key.ts";
import {
  checkpointLine,
  compareCheckpoints,
  readCheckpoint,
} from "../../store/checkpoints/checkpoint-line.ts";
import { row, rows, run, type Work } from "../../store/database/database.ts";

/** A workspace's newest entry and newest row of a checkpoint. Each may be missing. */
export interface NewestRow {
  readonly workspaceId: string;
  readonly sequence: number | null;
  readonly count: number | null;
  readonly head: string | null;
  readonly number: number | null;
  /** Changes when somebody replaces the row. */
  readonly digest: string | null;
}

/** A stored checkpoint. Anybody who can write the database may have made it: only its signature counts. */
export interface CheckpointRow {
  readonly number: number;
  readonly workspaceId: string;
  readonly epoch: number;
  readonly count: number;
  readonly line: string;
}

/** The newest rows of every workspace that has an entry or a checkpoint, at one moment. */
export function* newestRows(): Work<readonly NewestRow[]> {
  return yield* rows<NewestRow>(newestSql);
}

const newestFirst = "ORDER BY epoch DESC, count DESC, number DESC";

// From one workspace to the next by the index, because there may be millions of checkpoints.
const newestSql = `
  WITH RECURSIVE signed (id) AS (
    SELECT min(workspace_id) FROM audit_checkpoints
    UNION ALL
    SELECT (SELECT min(workspace_id) FROM audit_checkpoints WHERE workspace_id > signed.id)
    FROM signed WHERE id IS NOT NULL
  ), known AS (SELECT id FROM signed WHERE id IS NOT NULL UNION SELECT workspace_id FROM audit_heads)
  SELECT known.id AS "workspaceId", sequence, position AS "count", hash AS "head", number, digest
  FROM known LEFT JOIN audit_heads ON workspace_id = known.id LEFT JOIN LATERAL (
    SELECT number, encode(sha256(convert_to(line, 'UTF8')), 'hex') AS digest FROM audit_checkpoints c
    WHERE c.workspace_id = known.id ${newestFirst} LIMIT 1) AS newest ON true`;

const columns = 'number, workspace_id AS "workspaceId", epoch, count, line';

/** The rows with these numbers. */
export function* numberedRows(numbers: readonly number[]): Work<readonly CheckpointRow[]> {
  const sql = `SELECT ${columns} FROM audit_checkpoints
    WHERE number IN (SELECT value::BIGINT FROM json_each(@numbers))`;
  return yield* rows<CheckpointRow>(sql, { numbers: JSON.stringify(numbers) });
}

/** The rows of a workspace, the newest first. */
export function* rowsOf(workspaceId: string, limit: number): Work<readonly CheckpointRow[]> {
  const sql = `SELECT ${columns} FROM audit_checkpoints WHERE workspace_id = @workspaceId
    ${newestFirst} LIMIT @limit`;
  return yield* rows<CheckpointRow>(sql, { workspaceId, limit });
}

/** The number of the row that began an epoch. Rows before it were accepted as they were, no matter who signed them. */
export function* beginningOf(workspaceId: string, epoch: number): Work<number> {
  if (epoch === 0) return 0;
  const sql =
    "SELECT min(number) AS number FROM audit_checkpoints WHERE workspace_id = @workspaceId AND epoch = @epoch";
  return (yield* row<{ number: number | null }>(sql, { workspaceId, epoch }))?.number ?? 0;
}

/** A checkpoint of a row, or why the row is none. */
export function checkRow(
  { number, workspaceId, epoch, count, line }: CheckpointRow,
  keys: readonly CheckpointKey[],
): { readonly checkpoint?: Checkpoint; readonly fault?: string } {
  const { checkpoint, fault = "" } = readCheckpoint(line, keys);
  if (!checkpoint) return { fault: `row ${number} of audit_checkpoints ${fault}` };
  const isInPlace =
    checkpoint.workspaceId === workspaceId && checkpoint.count === count && (checkpoint.epoch ?? 0) === epoch;
  return isInPlace
    ? { checkpoint }
    : { fault: `row ${number} of audit_checkpoints is a copy of another row` };
}

/** The newest checkpoint of a workspace that is signed, and the rows above it that are not. */
export interface NewestOfWorkspace {
  readonly checkpoint: Checkpoint | undefined;
  readonly faults: readonly string[];
}

/** How many unsigned rows of a workspace are passed over. */
const mostUnsigned = 100;

/** Reads the newest signed checkpoint of a workspace. Rows from before an acceptance are no fault. */
export function* newestOf(workspaceId: string, keys: readonly CheckpointKey[]): Work<NewestOfWorkspace> {
  const unsigned: { readonly number: number; readonly fault: string }[] = [];
  for (const found of yield* rowsOf(workspaceId, mostUnsigned)) {
    const { checkpoint, fault = "" } = checkRow(found, keys);
    if (!checkpoint) {
      unsigned.push({ number: found.number, fault });
      continue;
    }
    const began = yield* beginningOf(workspaceId, checkpoint.epoch ?? 0);
    return { checkpoint, faults: unsigned.flatMap(({ number, fault: one }) => (number > began ? one : [])) };
  }
  return { checkpoint: undefined, faults: unsigned.map(({ fault }) => fault) };
}

/** Stores a signed checkpoint, unless there is one of as many entries. Returns whether it was stored. */
export function* storeCheckpoint(checkpoint: Checkpoint, key: SigningKey): Work<boolean> {
  const { workspaceId, epoch = 0, count } = checkpoint;
  const { checkpoint: newest } = yield* newestOf(workspaceId, [key]);
  if (newest && compareCheckpoints(newest, checkpoint) >= 0) return false;
  const line = checkpointLine(checkpoint, key);
  const values = { workspaceId, epoch, count, line };
  yield* run(
    "INSERT INTO audit_checkpoints (workspace_id, epoch, count, line) VALUES (@workspaceId, @epoch, @count, @line)",
    values,
  );
  yield* run(
    `INSERT INTO signed_checkpoints VALUES (@workspaceId, @line)
    ON CONFLICT (workspace_id) DO UPDATE SET line = excluded.line`,
    { workspaceId, line },
  );
  return true;
}

/** The database's time. Servers' clocks differ. */
export function* databaseTime(): Work<Date> {
  return new Date((yield* row<{ ms: number }>("SELECT @clockMs AS ms"))?.ms ?? Number.NaN);
}

/** When a workspace wrote its first entry. */
export function* firstEntryAt(workspaceId: string): Work<string | undefined> {
  const sql = "SELECT at FROM audit_entries WHERE workspace_id = @workspaceId ORDER BY sequence LIMIT 1";
  return (yield* row<{ at: string }>(sql, { workspaceId }))?.at;
}
