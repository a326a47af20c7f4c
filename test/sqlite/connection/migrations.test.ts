import { join } from "node:path";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { migrate, migrations } from "../../../src/sqlite/connection/migrations.ts";
import { temporaryFolder, testDatabase } from "../support.ts";

function tables(db: Database.Database): unknown[] {
  return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
}

test("brings an empty database to the present schema", () => {
  const db = testDatabase();
  expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
  expect(tables(db)).toEqual(
    expect.arrayContaining([
      "audit_entries",
      "claimed_requests",
      "connections",
      "installations",
      "open_changes",
    ]),
  );
});

test("changes nothing the second time", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const first = testDatabase(path);
  const before = tables(first);
  const second = testDatabase(path);
  expect(tables(second)).toEqual(before);
});

test("takes only the steps that are missing", () => {
  const db = openFile(":memory:");
  migrate(db, "x", ["CREATE TABLE one (a)"]);
  migrate(db, "x", ["CREATE TABLE one (a)", "CREATE TABLE two (a)"]);
  expect(tables(db)).toEqual(["one", "two"]);
  expect(db.pragma("user_version", { simple: true })).toBe(2);
});

test("takes back a step that fails halfway and keeps those before it", () => {
  const db = openFile(":memory:");
  const steps = ["CREATE TABLE one (a)", "CREATE TABLE two (a); CREATE TABLE one (a)"];
  expect(() => migrate(db, "x", steps)).toThrow("already exists");
  expect(tables(db)).toEqual(["one"]);
  expect(db.pragma("user_version", { simple: true })).toBe(1);
  migrate(db, "x", ["CREATE TABLE one (a)", "CREATE TABLE two (a)"]);
  expect(tables(db)).toEqual(["one", "two"]);
});

test("leaves an empty database without a mark when the first step fails", () => {
  const db = openFile(":memory:");
  expect(() => migrate(db, "x", ["CREATE TABLE one (a); NONSENSE"])).toThrow("syntax error");
  expect(db.pragma("application_id", { simple: true })).toBe(0);
  expect(tables(db)).toEqual([]);
});

test("refuses a schema that is newer than this Patchbay", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  db.pragma(`user_version = ${migrations.length + 1}`);
  db.close();
  const message = `its schema is version ${migrations.length + 1}, and this Patchbay knows no more than ${migrations.length}`;
  expect(() => openDatabase(path)).toThrow(message);
  expect(() => openDatabase(path, { readonly: true })).toThrow(message);
});

test("does not read an older schema that it may not bring up to date", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  db.pragma("user_version = 0");
  db.close();
  expect(() => openDatabase(path, { readonly: true })).toThrow(
    "its schema is older than this version of Patchbay",
  );
});
