import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditCheckpoints } from "../../../src/domain/audit/audit-checkpoints.ts";
import { acceptLog } from "../../../src/sqlite/audit/accept-log.ts";
import { auditCheckpoints, checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { disarm, rowsOf, storeTied, tieAnew } from "./chain-support.ts";
import { requested } from "../../store/events.ts";
import { temporaryFolder, testDatabase, sqliteAuditLog } from "../support.ts";

/** A database whose log a server signs, with a clock that is moved by hand. */
export interface SignedDatabase {
  readonly path: string;
  readonly keyPath: string;
  /** The database and its checkpoints; a test may put others in their place. */
  db: SqliteDatabase;
  file: string;
  nowMs: number;
  readonly logged: readonly string[];
  /** What acceptances have recorded. */
  readonly recorded: readonly string[];
  /** Starts a server that signs. */
  start(): AuditCheckpoints;
  /** Does what the server that started last does every hour. */
  tick(): void;
  /** Runs a server that signs so many entries and stops. */
  served(entries: number, workspaceId?: string): Promise<void>;
  append(entries: number, workspaceId?: string): Promise<void>;
  /** Appends the entry of `patchbay connect`. */
  appendByCommandLine(): Promise<void>;
  /** The checkpoints in the file, as workspace and number of entries. */
  told(): string[];
  /** Rewrites the whole log of a workspace consistently, and restores the safeguards. */
  rewrite(workspaceId: string): void;
  accept(): ReturnType<typeof acceptLog>;
}

export function signedDatabase(): SignedDatabase {
  const path = join(temporaryFolder(), "patchbay.db");
  const logged: string[] = [];
  const recorded: string[] = [];
  let count = 0;
  let act = (): void => undefined;
  const at: SignedDatabase = {
    path,
    keyPath: `${path}.audit-key.pem`,
    db: testDatabase(path),
    file: checkpointFileOf(path),
    nowMs: Date.parse("2026-03-01T00:00:00.000Z"),
    logged,
    recorded,
    start: () => {
      const note = (_: object, words: string) => void logged.push(words);
      return auditCheckpoints(at.db, {
        file: at.file,
        keyPath: at.keyPath,
        log: { info: note, warn: note, error: note },
        now: () => new Date(at.nowMs),
        every: (_ms, look) => {
          act = look;
          return () => undefined;
        },
      });
    },
    tick: () => act(),
    served: async (entries, workspaceId) => {
      const checkpoints = at.start();
      await at.append(entries, workspaceId);
      await checkpoints.makeAll();
    },
    append: async (entries, workspaceId = "T1") => {
      const log = sqliteAuditLog(at.db, workspaceId, {
        now: () => new Date(at.nowMs),
        newId: () => `aud_${(count += 1)}`,
      });
      for (let n = 0; n < entries; n += 1) await log.append(requested((count += 1)));
    },
    appendByCommandLine: async () => {
      const sources = { now: () => new Date(at.nowMs), newId: () => `aud_${(count += 1)}` };
      await sqliteAuditLog(at.db, "T1", sources).append({
        kind: "connection.added",
        actor: { kind: "cli", osUser: "root" },
        requestId: "req_x",
      });
    },
    told: () =>
      (existsSync(at.file) ? readFileSync(at.file, "utf8") : "")
        .split("\n")
        .filter(Boolean)
        .map((line): string => {
          const { workspace_id: id, count: entries } = JSON.parse(line);
          return `${id} ${entries}`;
        }),
    rewrite: (workspaceId) => rewrite(at.db, workspaceId),
    accept: async () =>
      acceptLog(at.db, {
        file: at.file,
        keyPath: at.keyPath,
        now: () => new Date(at.nowMs),
        record: async (workspaceId, faults) => void recorded.push(`${workspaceId}: ${faults.join()}`),
      }),
  };
  at.db.pragma("synchronous = OFF");
  return at;
}

function rewrite(db: SqliteDatabase, workspaceId: string): void {
  const sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' OR name = 'audit_requests'";
  const guards = db.prepare<[], string>(sql).pluck().all();
  disarm(db);
  const [first] = rowsOf(db, workspaceId);
  if (first) storeTied(db, first, { reason: "something else" });
  tieAnew(db, workspaceId);
  for (const guard of guards) db.exec(guard);
}
