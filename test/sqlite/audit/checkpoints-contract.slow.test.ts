import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { acceptLog } from "../../../src/sqlite/audit/accept-log.ts";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { auditCheckpoints, checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import { readIfThere } from "../../../src/store/checkpoints/checkpoint-file.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import {
  checkpointsContract,
  reportsOf,
  type SignedLog,
} from "../../store/checkpoints/checkpoints-contract.ts";
import { requested } from "../../store/events.ts";
import { sqliteAuditLog, temporaryFolder, testDatabase } from "../support.ts";
import { disarm, rowsOf, store, storeTied, tieAnew } from "./chain-support.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe("SQLite's signed checkpoints keep their contract", () => {
  checkpointsContract(async () => openLog());
});

function openLog(): SignedLog {
  const path = join(temporaryFolder(), "patchbay.db");
  const file = checkpointFileOf(path);
  const keyPath = `${path}.audit-key.pem`;
  const db = testDatabase(path);
  db.pragma("synchronous = OFF");
  let nowMs = Date.now();
  let count = 0;
  const now = () => new Date(nowMs);
  const lines = () => (readIfThere(file) ?? "").split("\n").filter(Boolean);
  return {
    append: async (entries, workspaceId = "T1") => {
      const log = sqliteAuditLog(db, workspaceId, { now, newId: () => `aud_${(count += 1)}` });
      for (let n = 0; n < entries; n += 1) await log.append(requested((count += 1)));
    },
    serve: async () => auditCheckpoints(db, { file, keyPath, log: quiet, now, every: () => () => undefined }),
    pass: (ms) => void (nowMs += ms),
    accept: async () => acceptLog(db, { file, keyPath, now, record: async () => undefined }),
    verify: async () => {
      const archive = sqliteAuditArchive(testDatabase(path, { readonly: true }), { path, keyPath });
      return (await reportsOf(archive)).filter(({ workspaceId }) => workspaceId !== undefined);
    },
    signed: async () =>
      lines().map((line): string => {
        const { workspace_id: id, count: entries } = JSON.parse(line);
        return `${id} ${entries}`;
      }),
    tamper: {
      cut: async (workspaceId, kept) =>
        unguarded(db, () => {
          db.prepare("DELETE FROM audit_entries WHERE workspace_id = ? AND position > ?").run(
            workspaceId,
            kept,
          );
          noteNewest(db, workspaceId);
        }),
      alter: async (workspaceId, position) =>
        unguarded(db, () => store(db, { ...rowsOf(db, workspaceId)[position - 1], reason: "another" })),
      rewrite: async (workspaceId) =>
        unguarded(db, () => {
          const [first] = rowsOf(db, workspaceId);
          if (first) storeTied(db, first, { reason: "another" });
          tieAnew(db, workspaceId);
        }),
      dropCheckpoints: async () => {
        rmSync(file);
        db.exec("DELETE FROM signed_checkpoints");
      },
      replaceCheckpoint: async () =>
        writeFileSync(file, readFileSync(file, "utf8").replace(/"count":5/u, '"count":4')),
    },
  };
}

/** Does what the triggers prevent, and puts them back. */
function unguarded(db: SqliteDatabase, act: () => void): void {
  const sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' OR name = 'audit_requests'";
  const guards = db.prepare<[], string>(sql).pluck().all();
  disarm(db);
  act();
  for (const guard of guards) db.exec(guard);
}

function noteNewest(db: SqliteDatabase, workspaceId: string): void {
  const newest = rowsOf(db, workspaceId).at(-1);
  db.prepare("UPDATE audit_heads SET sequence = ?, position = ?, hash = ? WHERE workspace_id = ?").run(
    newest?.sequence,
    newest?.position,
    newest?.hash,
    workspaceId,
  );
}
