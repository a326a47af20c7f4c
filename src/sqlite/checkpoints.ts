import type { AuditCheckpoints, OnCheckpoint } from "../domain/audit-checkpoints.ts";
import type { Log } from "../domain/log.ts";
import { appendLine, checkpointLine, readCheckpoints } from "./checkpoint-file.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { readIfThere, signingKey } from "./signing-key.ts";

/** Runs `act` every so many milliseconds, until what it gives back is called. */
export type Every = (ms: number, act: () => void) => () => void;

/** Where checkpoints go, what signs them and when. */
export interface CheckpointOptions {
  readonly file: string;
  readonly keyPath: string;
  readonly log: Log;
  readonly now: () => Date;
  /** The process's own timer unless given. */
  readonly every?: Every | undefined;
}

const everyEntries = 1_000;
const everyMs = 60 * 60 * 1_000;
const lookMs = 60 * 1_000;

/** Where the checkpoints of a database are, unless somebody says otherwise. */
export function checkpointFileOf(databasePath: string): string {
  return `${databasePath}.checkpoints.jsonl`;
}

/** The checkpoints of one database, for its one server. Throws an error in words when the key cannot be had. */
export function auditCheckpoints(
  db: SqliteDatabase,
  { file, keyPath, log, now, every = timer }: CheckpointOptions,
): AuditCheckpoints {
  const written = readIfThere(file) ?? "";
  const key = signingKey(keyPath, () => written.trim() === "");
  const listeners: OnCheckpoint[] = [];
  const last = new Map<string, { readonly count: number; readonly atMs: number }>();
  const { checkpoints, forged } = readCheckpoints(written, [key]);
  for (const { workspaceId, count, at } of checkpoints)
    last.set(workspaceId, { count, atMs: Date.parse(at) });
  if (forged.length > 0) log.error({ lines: forged.length }, "checkpoints that this key has not signed");

  const make = ({ workspaceId, count, sequence, head }: Head): void => {
    const at = now();
    try {
      const line = checkpointLine({ workspaceId, count, sequence, head, at: at.toISOString() }, key);
      appendLine(file, line);
      last.set(workspaceId, { count, atMs: at.getTime() });
      for (const listener of listeners) void tell(listener, workspaceId, line);
    } catch (err) {
      log.error({ workspace: workspaceId, err }, "checkpoint not made");
    }
  };
  const tell = async (listener: OnCheckpoint, workspaceId: string, line: string): Promise<void> => {
    try {
      await listener(workspaceId, line);
    } catch (err) {
      log.error({ workspace: workspaceId, err }, "checkpoint not shown");
    }
  };
  const makeIfDue = (newest: Head): void => {
    const { count, atMs } = last.get(newest.workspaceId) ?? { count: 0, atMs: 0 };
    if (newest.count < count) {
      // Signing it would vouch for a log that has lost entries.
      log.error({ workspace: newest.workspaceId, newest: newest.count, checkpoint: count }, "audit log cut");
    } else if (
      newest.count - count >= everyEntries ||
      (newest.count > count && now().getTime() - atMs >= everyMs)
    ) {
      make(newest);
    }
  };
  const look = (sql: string, values: readonly string[]): void => {
    try {
      for (const newest of prepared<Head>(db, sql).all(...values)) makeIfDue(newest);
    } catch (err) {
      log.error({ err }, "checkpoints not looked after");
    }
  };

  const stop = every(lookMs, () => look(headsSql, []));
  return {
    appended: (workspaceId, count) => {
      const since = count - (last.get(workspaceId)?.count ?? 0);
      // At every further thousand only, so that a disk that is full does not slow down every entry.
      if (since > 0 && since % everyEntries === 0) look(headSql, [workspaceId]);
    },
    makeDue: () => look(headsSql, []),
    onCheckpoint: (listener) => listeners.push(listener),
    stop,
  };
}

interface Head {
  readonly workspaceId: string;
  readonly sequence: number;
  readonly count: number;
  readonly head: string;
}

const headsSql =
  "SELECT workspace_id AS workspaceId, sequence, position AS count, hash AS head FROM audit_heads";
const headSql = `${headsSql} WHERE workspace_id = ?`;

const timer: Every = (ms, act) => {
  const running = setInterval(act, ms);
  running.unref();
  return () => clearInterval(running);
};
