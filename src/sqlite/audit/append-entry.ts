import type { AuditEvent } from "../../domain/audit-log.ts";
import { Problem } from "../../domain/problem.ts";
import { checkAppendOnlyTriggers } from "../connection/append-only-triggers.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { notRecorded, writeTransaction } from "../connection/write-transaction.ts";
import { genesisHash } from "../crypto/chain-hash.ts";
import { auditColumns, auditRow, type NewAuditRow } from "./audit-row.ts";

/** The clocks and ids of a store. */
export interface StoreDeps {
  readonly now: () => Date;
  /** See `Clocks`; it follows `now` unless given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** A fresh, unguessable id with a prefix: `aud_…`. */
  readonly newId: (prefix: string) => string;
  /** Called after each written entry with the number of entries in its workspace. It must not throw. */
  readonly appended?: (workspaceId: string, count: number) => void;
}

/**
 * Appends one entry within the current transaction. Throws already_requested for a second `change.requested` with the same
 * request id, and not_recorded.
 */
export function appendEntry(
  db: SqliteDatabase,
  workspaceId: string,
  event: AuditEvent,
  { now, newId }: Pick<StoreDeps, "now" | "newId">,
): NewAuditRow {
  checkAppendOnlyTriggers(db);
  const isSecond =
    event.kind === "change.requested" && prepared(db, requestSql).get(workspaceId, event.requestId);
  if (isSecond) throw new Problem("already_requested", "This change was asked for already.");
  const newest = prepared<Newest>(db, newestSql).get(workspaceId);
  const sequence = (newest?.sequence ?? 0) + 1;
  const row = auditRow(event, {
    sequence,
    id: newId("aud"),
    at: now().toISOString(),
    workspaceId,
    position: (newest?.position ?? 0) + 1,
    previousHash: newest?.hash ?? genesisHash(workspaceId),
  });
  const values = insertColumns.map((column) => row[column]);
  // A trigger that another program added can make SQLite skip the row silently.
  if (prepared(db, insertSql).run(...values).changes !== 1) throw notRecorded("the entry was not taken");
  return row;
}

/**
 * Writes something together with its entry in one transaction, which is durable when the promise resolves. The event may
 * depend on what `write` finds. Throws not_recorded, and what `write` throws.
 */
export async function writeAudited<Result>(
  db: SqliteDatabase,
  workspaceId: string,
  sources: StoreDeps,
  write: () => { readonly event: AuditEvent; readonly result: Result },
): Promise<Result> {
  const { result, position } = await writeTransaction(db, () => {
    const { event, result: written } = write();
    return { result: written, position: appendEntry(db, workspaceId, event, sources).position };
  });
  sources.appended?.(workspaceId, position);
  return result;
}

const requestSql =
  "SELECT 1 FROM audit_entries WHERE workspace_id = ? AND request_id = ? AND kind = 'change.requested'";

// The sequence is part of the hash, so it has to be known before the insert. It never decreases, even if somebody
// tampered with the counter.
const newestSql = `SELECT h.position, h.hash, max(
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit_entries'), 0),
    coalesce((SELECT max(sequence) FROM audit_entries), 0)) AS sequence
  FROM (SELECT ? AS workspace_id) w LEFT JOIN audit_heads h ON h.workspace_id = w.workspace_id`;

interface Newest {
  readonly position: number | null;
  readonly hash: string | null;
  readonly sequence: number;
}

const insertColumns = [
  ...auditColumns,
  "number_connection_id",
  "number_id",
  "number_text",
] satisfies (keyof NewAuditRow)[];

const insertSql = `INSERT INTO audit_entries (${insertColumns.join(", ")})
  VALUES (${insertColumns.map(() => "?").join(", ")})`;
