import { join } from "node:path";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { outcome, requested, testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, sqliteAuditLog } from "../support.ts";

const copied = "at, workspace_id, kind, actor, request_id, change_id, outcome";

test.each([
  ["UPDATE", "UPDATE audit_entries SET reason = 'another'"],
  ["UPDATE OR REPLACE", "UPDATE OR REPLACE audit_entries SET sequence = 2 WHERE sequence = 1"],
  [
    "an upsert",
    "INSERT INTO audit_entries SELECT * FROM audit_entries WHERE true ON CONFLICT DO UPDATE SET reason = 'x'",
  ],
  ["DELETE", "DELETE FROM audit_entries WHERE sequence = 2"],
  ["DELETE of everything", "DELETE FROM audit_entries"],
  [
    "REPLACE by sequence",
    `REPLACE INTO audit_entries (sequence, id, ${copied}) SELECT sequence, 'new', ${copied} FROM audit_entries WHERE sequence = 2`,
  ],
  [
    "REPLACE by id",
    `INSERT OR REPLACE INTO audit_entries (id, ${copied}) SELECT id, ${copied} FROM audit_entries WHERE sequence = 2`,
  ],
  [
    "REPLACE by request",
    `REPLACE INTO audit_entries (id, ${copied}) SELECT 'new', at, workspace_id, kind, actor, request_id, 'new', outcome FROM audit_entries WHERE sequence = 1`,
  ],
  [
    "REPLACE by change",
    `REPLACE INTO audit_entries (id, ${copied}) SELECT 'new', at, workspace_id, kind, actor, 'new', change_id, outcome FROM audit_entries WHERE sequence = 1`,
  ],
])("refuses %s, also from a connection that is not Patchbay's", async (_, sql) => {
  const path = join(temporaryFolder(), "patchbay.db");
  const log = sqliteAuditLog(testDatabase(path), "T1", testSources());
  await log.append(requested(1));
  await log.append(outcome(1, "applied"));
  const before = await log.entries({ limit: 10 });
  const stranger = openFile(path);
  for (const recursive of ["OFF", "ON"]) {
    stranger.pragma(`recursive_triggers = ${recursive}`);
    expect(() => stranger.exec(sql)).toThrow("the audit log is append-only");
  }
  stranger.close();
  expect(await log.entries({ limit: 10 })).toEqual(before);
});

function fill(db: SqliteDatabase): void {
  db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
  expect(() => {
    for (;;) db.prepare("INSERT INTO claimed_requests VALUES ('T9', hex(randomblob(200)), 1)").run();
  }).toThrow("database or disk is full");
}

test("throws not_recorded if the disk is full, leaves nothing half done, and works again when there is space", async () => {
  const db = testDatabase(join(temporaryFolder(), "patchbay.db"));
  const log = sqliteAuditLog(db, "T1", testSources());
  await log.append(requested(1));
  fill(db);
  await expect(log.append(requested(2, { reason: "x".repeat(20_000) }))).rejects.toMatchObject({
    code: "not_recorded",
    message: "Patchbay's database could not be written: its disk is full.",
    cause: expect.objectContaining({ code: "SQLITE_FULL" }),
  });
  expect(await log.unsettled()).toHaveLength(1);
  db.pragma("max_page_count = 1000000");
  expect(await log.append(requested(2))).toMatchObject({ sequence: 2 });
});

test("throws not_recorded if the database is read-only", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const log = sqliteAuditLog(testDatabase(path, { readonly: true }), "T1", testSources());
  await expect(log.append(requested(1))).rejects.toMatchObject({
    code: "not_recorded",
    cause: expect.objectContaining({ code: "SQLITE_READONLY" }),
  });
  expect(await log.entries({ limit: 10 })).toEqual([]);
});

test("throws not_recorded if another process holds the database for too long", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = testDatabase(path);
  db.pragma("busy_timeout = 1");
  const other = testDatabase(path);
  other.exec("BEGIN IMMEDIATE");
  const log = sqliteAuditLog(db, "T1", testSources());
  await expect(log.append(requested(1))).rejects.toMatchObject({
    code: "not_recorded",
    message: "Patchbay's database could not be written: another process holds it.",
  });
  other.exec("ROLLBACK");
  await expect(log.append(requested(1))).resolves.toMatchObject({ sequence: 1 });
});

test("throws not_recorded if the database is already closed", async () => {
  const db = testDatabase();
  const log = sqliteAuditLog(db, "T1", testSources());
  db.close();
  await expect(log.append(requested(1))).rejects.toMatchObject({ code: "not_recorded" });
});
