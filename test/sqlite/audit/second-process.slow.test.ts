import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { outcome, testSources } from "../../store/events.ts";
import { child } from "../child.ts";
import { sqliteAuditLog, temporaryFolder, testDatabase } from "../support.ts";
import { fillLogs } from "./chain-support.ts";

function archiveOf(path: string) {
  return sqliteAuditArchive(testDatabase(path, { readonly: true }), {
    path,
    keyPath: `${path}.audit-key.pem`,
  });
}

test("has stored every entry that it returned when the process is killed", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const writer = child("append-forever.ts", [path]);
  let told = 0;
  while (told < 50) told = Number(await writer.line());
  await writer.kill("SIGKILL");
  for (let line = await writer.line(); line !== undefined; line = await writer.line()) told = Number(line);
  const db = testDatabase(path);
  const log = sqliteAuditLog(db, "T1", testSources());
  expect((await log.entries({ limit: 1 }))[0]?.sequence).toBeGreaterThanOrEqual(told);
  expect(db.prepare("SELECT count(*) = max(sequence) FROM audit_entries").pluck().get()).toBe(1);
  expect(db.prepare("SELECT count(*) FROM open_changes").pluck().get()).toBe(
    db.prepare("SELECT count(*) FROM audit_entries").pluck().get(),
  );
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
});

test("copies while another process appends, without stopping it, and the copy verifies and works", async () => {
  const folder = temporaryFolder();
  const [path, copy] = [join(folder, "patchbay.db"), join(folder, "copy.db")];
  // More than a few pages, so that entries are written while they are copied.
  const before = openDatabase(path);
  before.pragma("synchronous = OFF");
  await fillLogs(before, ["T2"], 3_000);
  before.close();
  const writer = child("append-forever.ts", [path]);
  let told = 0;
  while (told < 3_200) told = Number(await writer.line());
  await archiveOf(path).backup(copy);
  const atBackup = told;
  // It still writes. If the backup had blocked it, this would never end.
  while (told < atBackup + 200) told = Number(await writer.line());
  await writer.kill("SIGKILL");
  const db = testDatabase(copy);
  const entries = Number(db.prepare("SELECT count(*) FROM audit_entries").pluck().get());
  expect(entries).toBeGreaterThanOrEqual(3_200);
  const reports: unknown[] = [];
  for await (const one of archiveOf(copy).verify({})) reports.push([one.verdict, one.entries]);
  expect(reports).toEqual([
    ["intact", entries - 3_000],
    ["intact", 3_000],
  ]);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  const next = await sqliteAuditLog(db, "T1", testSources()).append(outcome(1, "applied"));
  expect(next.position).toBe(entries - 2_999);
});
