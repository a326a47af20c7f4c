import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/store/crypto/seal.ts";
import type { Seal } from "../../src/store/crypto/seal.ts";
import type { AuditLog } from "../../src/domain/audit/audit-log.ts";
import type { StoreDeps } from "../../src/store/audit/append-entry.ts";
import { storedAuditLog } from "../../src/store/audit/audit-log.ts";
import { workspaceDatabase, type WorkspaceDatabase } from "../../src/store/database/workspace-database.ts";
import { sqliteQueries } from "../../src/sqlite/connection/sqlite-queries.ts";

/** A folder for one test, removed after it. */
export function temporaryFolder(isOver: (clean: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-sqlite-"));
  isOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database for one test, in memory unless a path is given, closed after it. */
export function testDatabase(
  path = ":memory:",
  options: { readonly readonly?: boolean } = {},
): SqliteDatabase {
  const db = openDatabase(path, options);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

/** A seal with a key for each of the ids, newest first; the same id has the same key. */
export function testSeal(...ids: string[]): Seal {
  return credentialSeal(ids.map((id) => ({ id, key: createHash("sha256").update(id).digest() })));
}

/** A database file as one workspace sees it. */
export function ofWorkspace(db: SqliteDatabase, workspaceId: string): WorkspaceDatabase {
  return workspaceDatabase(
    sqliteQueries(db, () => new Date()),
    workspaceId,
  );
}

/** The audit log of one workspace in a database file. */
export function sqliteAuditLog(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): AuditLog {
  return storedAuditLog(ofWorkspace(db, workspaceId), sources);
}
