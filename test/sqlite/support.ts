import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/sqlite/crypto/seal.ts";
import type { Seal } from "../../src/sqlite/crypto/seal.ts";

/** A folder for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
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
