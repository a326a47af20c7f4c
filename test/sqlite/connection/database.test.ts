import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { expect, test } from "vitest";
import { isDatabaseError } from "../../../src/sqlite/connection/database-error.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { temporaryFolder, testDatabase } from "../support.ts";

const nobody = 65_534;

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function faultOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (isDatabaseError(error)) return error.message;
    throw error;
  }
  return "it opened";
}

test("creates a folder and files that only their owner can read", () => {
  const folder = join(temporaryFolder(), "deep", "data");
  const path = join(folder, "patchbay.db");
  testDatabase(path);
  expect(modeOf(folder)).toBe("700");
  expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(["600", "600", "600"]);
});

test("restricts the mode of a database that others could read", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  chmodSync(path, 0o644);
  testDatabase(path);
  expect([path, `${path}-wal`].map(modeOf)).toEqual(["600", "600"]);
});

test("is durable, keeps foreign keys, and wipes what is deleted", () => {
  const db = testDatabase(join(temporaryFolder(), "patchbay.db"));
  const pragmas = ["journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout"];
  const full = 2;
  expect(pragmas.map((name) => db.pragma(name, { simple: true }))).toEqual(["wal", full, 1, 1, 50]);
});

test("names the path and what to do if the file is a folder", () => {
  const folder = temporaryFolder();
  expect(faultOf(() => openDatabase(folder))).toMatch(
    `The database ${folder} cannot be used: it is a folder. Set `,
  );
});

test("refuses a file that is not a database and leaves it unchanged", () => {
  const path = join(temporaryFolder(), "notes.txt");
  writeFileSync(path, "not a database, but somebody's notes\n".repeat(50));
  expect(faultOf(() => openDatabase(path))).toMatch(
    /notes\.txt cannot be used: the file is not a database\. Set/,
  );
  expect(readFileSync(path, "utf8")).toMatch(/^not a database/);
});

test("refuses another program's database and leaves it unchanged", () => {
  const path = join(temporaryFolder(), "other.db");
  const other = openFile(path);
  other.exec("CREATE TABLE theirs (a)");
  other.close();
  const before = readFileSync(path);
  expect(faultOf(() => openDatabase(path))).toMatch("it belongs to another program");
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("reports a path in which a folder is a file", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(faultOf(() => openDatabase(join(file, "patchbay.db")))).toMatch("a part of its path is a file");
  expect(faultOf(() => openDatabase(join(file, "data", "patchbay.db")))).toMatch(
    "a part of its path is a file",
  );
});

test("does not create a database that it should only read", () => {
  const path = join(temporaryFolder(), "data", "patchbay.db");
  expect(faultOf(() => openDatabase(path, { readonly: true }))).toMatch(
    "there is no such file. Start the server once",
  );
});

/** Runs `act` as a user who has no rights of their own, where the tests run as root. */
function withoutRootsRights<T>(act: () => T): T {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(nobody);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

test("reports a missing permission to write", () => {
  const folder = temporaryFolder();
  const path = join(folder, "data", "patchbay.db");
  mkdirSync(join(folder, "data"));
  openDatabase(path).close();
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "data"), 0o555);
  chmodSync(path, 0o444);
  const fault = withoutRootsRights(() => faultOf(() => openDatabase(path)));
  chmodSync(join(folder, "data"), 0o755);
  expect(fault).toBe(
    `The database ${path} cannot be used: there is no right to write to it. ` +
      "Give the user that runs Patchbay the right to write to the file and to its folder.",
  );
});

test("can be read while another process has it open for writing", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const writer = testDatabase(path);
  const reader = testDatabase(path, { readonly: true });
  writer.prepare("INSERT INTO claimed_requests VALUES ('T1', 'req_1', 1)").run();
  expect(reader.prepare("SELECT count(*) FROM claimed_requests").pluck().get()).toBe(1);
});

test("can be read after the server has stopped", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const reader = testDatabase(path, { readonly: true });
  expect(reader.prepare("SELECT count(*) FROM audit_entries").pluck().get()).toBe(0);
});
