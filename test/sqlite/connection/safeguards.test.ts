import { join } from "node:path";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { requested, testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, testSeal } from "../support.ts";

let path: string;
let store: ReturnType<typeof sqliteStore>;
beforeEach(() => {
  path = join(temporaryFolder(), "data", "patchbay.db");
  store = sqliteStore(testDatabase(path), testSeal("k1"), testSources());
});

const triggersSql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'audit%'";

/** A connection that is not Patchbay's own. */
function stranger<T>(act: (other: Database.Database) => T): T {
  const other = openFile(path);
  try {
    return act(other);
  } finally {
    other.close();
  }
}

describe("the safeguards of the audit log", () => {
  let asked = 0;

  test("are all needed for an entry and for readiness, and recognized again when restored", async () => {
    const triggers = stranger((other) => other.prepare<[], string>(triggersSql).pluck().all());
    expect(triggers).toEqual(
      expect.arrayContaining(["audit_never_updated", "audit_never_deleted", "audit_chained"]),
    );
    for (const name of triggers) {
      await store.workspace("T1").audit.append(requested((asked += 1)));
      const sql = stranger((other) => {
        const found = other
          .prepare<[string], string>("SELECT sql FROM sqlite_schema WHERE name = ?")
          .pluck()
          .get(name);
        other.exec(`DROP TRIGGER ${name}`);
        return String(found);
      });
      const message = `Patchbay's database could not be written: its safeguard ${name} was removed.`;
      const append = store.workspace("T1").audit.append(requested((asked += 1)));
      await expect(append).rejects.toMatchObject({ code: "not_recorded", message });
      await expect(store.checkWritable()).rejects.toMatchObject({ message });
      stranger((other) => other.exec(sql.replace("BEFORE", "BEFORE /* */").replace("AFTER", "AFTER /* */")));
      await expect(store.checkWritable()).rejects.toMatchObject({
        message: message.replace("removed", "changed"),
      });
      stranger((other) => other.exec(`DROP TRIGGER ${name}; ${sql}`));
      await expect(store.checkWritable()).resolves.toBeUndefined();
    }
  });

  test("are checked when the database is opened without one", async () => {
    stranger((other) => other.exec("DROP TRIGGER audit_never_deleted"));
    const later = sqliteStore(testDatabase(path), testSeal("k1"), testSources());
    await expect(later.workspace("T1").audit.append(requested(1))).rejects.toMatchObject({
      message: "Patchbay's database could not be written: its safeguard audit_never_deleted was removed.",
    });
  });

  test("are not the only check: an entry that another trigger discards does not count as written", async () => {
    stranger((other) =>
      other.exec("CREATE TRIGGER sly BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(IGNORE); END"),
    );
    await expect(store.workspace("T1").audit.append(requested(1))).rejects.toMatchObject({
      message: "Patchbay's database could not be written: the entry was not taken.",
    });
  });

  test("refuse a foreign entry that does not follow the one before it", async () => {
    await store.workspace("T1").audit.append(requested(1));
    const columns = "at, workspace_id, kind, actor, request_id, position, previous_hash, hash";
    for (const [position, previous] of [
      ["3", "hash"],
      ["2", "previous_hash"],
      ["NULL", "hash"],
      ["1", "hash"],
    ]) {
      const sql = `INSERT INTO audit_entries (id, ${columns})
        SELECT 'x', at, workspace_id, 'action.refused', actor, 'r', ${position}, ${previous}, hash FROM audit_entries`;
      expect(() => stranger((other) => other.exec(sql))).toThrow("each entry tied to the one before it");
    }
    for (const sql of ["UPDATE audit_heads SET position = 9", "DELETE FROM audit_heads"])
      expect(() => stranger((other) => other.exec(sql))).toThrow("the audit log is append-only");
  });
});
