import { beforeEach, describe, expect, test } from "vitest";
import { join } from "node:path";
import type { ChainReport, Checkpoint } from "../../../src/domain/audit/audit-chain.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import type { SigningKey } from "../../../src/store/checkpoints/checkpoint-key.ts";
import { checkpointAt, fillLogs, rowsOf, testKey, tieAnew, verified } from "./chain-support.ts";
import { requested, testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, testSeal, sqliteAuditLog } from "../support.ts";
import { behindIndexes, leaveOut } from "./tampering.ts";

let db: ReturnType<typeof testDatabase>;
let key: SigningKey;
let path: string;
let checkpoints: readonly Checkpoint[];
beforeEach(async () => {
  path = join(temporaryFolder(), "patchbay.db");
  db = testDatabase(path);
  db.pragma("synchronous = OFF");
  key = testKey();
  await fillLogs(db, ["T1", "T2"], 6);
  checkpoints = [checkpointAt(db, "T1", 6), checkpointAt(db, "T2", 6)];
});

const look = async () => verified(db, key, checkpoints, { schema: true });
const told = (reports: readonly ChainReport[]) =>
  reports.flatMap(({ workspaceId, verdict, findings }) =>
    findings.map(({ words }) => `${workspaceId ?? "nobody"} ${verdict}: ${words}`),
  );
const history = async () =>
  (
    await sqliteAuditLog(db, "T1", testSources()).entries({
      number: { connectionId: "con_1", numberId: "num_1" },
      limit: 100,
    })
  ).length;

// O4
test.each([
  "audit_by_number",
  "audit_by_workspace",
  "audit_by_time",
  "audit_by_change",
  "audit_changes",
  "audit_requests",
])("names an entry that is left out of the index %s", async (index) => {
  leaveOut(db, index, "sequence = 5");
  const [nobody, ...rest] = told(await look());
  expect([nobody, ...rest]).toEqual([
    `T1 hidden: entry 3 (sequence 5) is not in the index ${index}: what is looked up there does not show it`,
  ]);
});

// O4
test("names an entry that was written only into the table, although the log is consistent", async () => {
  const [first] = rowsOf(db, "T1");
  behindIndexes(db, "audit_entries", () => {
    const sequence = 100;
    const row = { ...first, sequence, id: "aud_x", request_id: "req_x", change_id: "chg_x", position: 7 };
    const names = Object.keys(row);
    db.prepare(
      `INSERT INTO audit_entries (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`,
    ).run(row);
    db.exec("DROP TRIGGER IF EXISTS audit_head_moves_on");
    tieAnew(db, "T1");
  });
  expect(await history()).toBe(6);
  const words = told(await look()).join("\n");
  expect(words).toContain("entry 7 (sequence 100) is not in the index audit_by_number");
});

// O4
test("reports an entry whose workspace was altered only in the row", async () => {
  behindIndexes(db, "audit_entries", () => {
    db.exec("UPDATE audit_entries SET workspace_id = 'T3' WHERE sequence = 5");
  });
  expect(await history()).toBe(6);
  const words = told(await look()).join("\n");
  expect(words).toContain("T1 missing: after entry 2, 1 entry is missing, before sequence 7");
  expect(words).toMatch(/T3 altered: entry 1 \(sequence 5\) is not what was written/u);
});

describe("the schema", () => {
  // O4
  test.each([
    [
      "an index with a condition",
      "its index audit_by_number was changed",
      () => changeSql("audit_by_number", "WHERE", "WHERE sequence <> 5 AND"),
    ],
    ["a removed index", "its index audit_by_time was removed", () => db.exec("DROP INDEX audit_by_time")],
    [
      "a trigger of somebody's",
      "it has a trigger sly on freezes that Patchbay did not make",
      () => db.exec("CREATE TRIGGER sly AFTER INSERT ON freezes BEGIN DELETE FROM freezes; END"),
    ],
    [
      "an index of somebody's",
      "it has an index sly on audit_entries that Patchbay did not make",
      () => db.exec("CREATE INDEX sly ON audit_entries (workspace_id, lower(kind)) WHERE sequence <> 5"),
    ],
    ["a view", "it has a view sly that Patchbay did not make", () => db.exec("CREATE VIEW sly AS SELECT 1")],
    ["a table", "it has a table sly that Patchbay did not make", () => db.exec("CREATE TABLE sly (a)")],
    [
      "a generated column",
      "its table freezes was changed",
      () => db.exec("ALTER TABLE freezes ADD COLUMN sly TEXT AS (title)"),
    ],
    [
      "a removed safeguard",
      "its safeguard audit_never_updated was removed",
      () => db.exec("DROP TRIGGER audit_never_updated"),
    ],
    [
      "a safeguard that does nothing",
      "its safeguard audit_never_deleted was changed",
      () => changeSql("audit_never_deleted", "BEFORE DELETE", "BEFORE DELETE "),
    ],
  ])("is not ours with %s, which verify, the doctor and readiness say", async (_what, words, tamper) => {
    const store = sqliteStore(db, testSeal("k1"), testSources());
    expect(await store.faults()).toEqual([]);
    tamper();
    expect(told(await look())).toEqual([`nobody hidden: ${words}`]);
    expect(await store.faults()).toEqual([words]);
  });

  // O4
  test("is still accepted after an ANALYZE", async () => {
    db.exec("ANALYZE");
    expect(told(await look())).toEqual([]);
  });

  // O4
  test("lets no change be recorded while one of its parts differs", async () => {
    await sqliteAuditLog(db, "T1", testSources("2026-04-01T00:00:00.000Z")).append(requested(98));
    const others = testDatabase(path);
    changeSql("audit_by_number", "WHERE", "WHERE sequence <> 5 AND", others);
    await expect(
      sqliteAuditLog(db, "T1", testSources("2026-04-01T00:00:00.000Z")).append(requested(99)),
    ).rejects.toThrow("its index audit_by_number was changed");
  });
});

describe("a freeze or a protection that its index omits", () => {
  // O4
  test("still applies, and is reported", async () => {
    const { freezes, protections } = sqliteStore(db, testSeal("k1"), testSources()).workspace("T1");
    behindIndexes(db, "freezes", () => {
      db.exec(
        "INSERT INTO freezes VALUES ('T1', 'con_1', 'num_1', 'Main', 'U1@T1', 'x', '2026-03-01T00:00:00.000Z', NULL)",
      );
    });
    behindIndexes(db, "protections", () => {
      db.exec(
        "INSERT INTO protections VALUES ('T1', 'con_1', 'num_1', 'Main', '2026-03-01T00:00:00.000Z', 1)",
      );
    });
    expect((await freezes.list()).map(({ numberId }) => numberId)).toEqual(["num_1"]);
    expect((await protections.list()).map(({ numberId }) => numberId)).toEqual(["num_1"]);
    const store = sqliteStore(db, testSeal("k1"), testSources());
    expect((await store.faults()).join("\n")).toContain(
      "row 1 missing from index sqlite_autoindex_freezes_1",
    );
    expect(told(await look())).toEqual([
      "nobody hidden: freezes: row 1 (T1, con_1, num_1) is not in the index sqlite_autoindex_freezes_1",
      "nobody hidden: protections: row 1 (T1, con_1, num_1) is not in the index sqlite_autoindex_protections_1",
    ]);
  });
});

// O4
test("finds every entry of a workspace by a scan, whatever the indexes omit", async () => {
  leaveOut(db, "audit_by_workspace", "sequence IN (5, 9)");
  const log = sqliteAuditLog(db, "T1", testSources());
  const walked = async (scan: boolean) => {
    const positions: number[] = [];
    for await (const { position } of log.walk({ scan })) positions.push(position);
    return positions;
  };
  expect(await walked(false)).toEqual([1, 2, 4, 6]);
  expect(await walked(true)).toEqual([1, 2, 3, 4, 5, 6]);
});

function changeSql(name: string, from: string, to: string, by = db): void {
  by.unsafeMode(true);
  by.pragma("writable_schema = ON");
  by.prepare("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?").run(from, to, name);
  by.pragma("writable_schema = RESET");
  if (name.startsWith("audit_by")) by.exec(`REINDEX ${name}`);
}
