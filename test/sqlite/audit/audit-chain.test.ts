import { createHash } from "node:crypto";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { ChainReport } from "../../../src/domain/audit/audit-chain.ts";
import { genesisHash } from "../../../src/store/crypto/chain-hash.ts";
import { migrate } from "../../../src/sqlite/connection/migrate.ts";
import { migrations } from "../../../src/sqlite/migrations/index.ts";
import type { SigningKey } from "../../../src/store/checkpoints/checkpoint-key.ts";
import {
  checkpointAt,
  checkpointText,
  disarm,
  fillLogs,
  rowsOf,
  storeTied,
  strangersKey,
  testKey,
  tieAnew,
  verified,
} from "./chain-support.ts";
import { requested, testSources } from "../../store/events.ts";
import { testDatabase, sqliteAuditLog } from "../support.ts";

let db: ReturnType<typeof testDatabase>;
let key: SigningKey;
beforeEach(async () => {
  db = testDatabase();
  key = testKey();
  await fillLogs(db, ["T1", "T2"], 6);
});

const short = ({ workspaceId, verdict, findings }: ChainReport) => [
  workspaceId,
  verdict,
  ...findings.map((finding) => `${finding.verdict} ${finding.position}`),
];
const look = async (checkpoints: Parameters<typeof verified>[2] = []) =>
  (await verified(db, key, checkpoints)).map(short);
const intact = ["T2", "intact"];

test("chains each entry to the one before it, as anybody can verify", async () => {
  const [first, second] = rowsOf(db, "T1");
  const genesis = createHash("sha256")
    .update('{"genesis":"patchbay audit log","workspace_id":"T1"}')
    .digest("hex");
  expect(first).toMatchObject({ position: 1, previous_hash: genesis });
  expect(second).toMatchObject({ position: 2, previous_hash: first?.hash, sequence: 3 });
  // RFC 8785 without a library: sorted names, no blanks. No name or text here needs escaping.
  const content = Object.entries(second ?? {})
    .filter(([name, value]) => name !== "hash" && value !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = `{${content.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(",")}}`;
  expect(createHash("sha256").update(canonical).digest("hex")).toBe(second?.hash);
});

test("binds the chain to its workspace", () => {
  expect(genesisHash("T1")).not.toBe(genesisHash("T2"));
  expect(rowsOf(db, "T2")[0]?.previous_hash).toBe(genesisHash("T2"));
});

test("stays intact with texts and numbers that a database stores differently", async () => {
  const log = sqliteAuditLog(db, "T3", testSources("2026-04-01T00:00:00.000Z"));
  const half = "a\uD83D half and a \u0000 zero";
  await log.append(requested(1, { reason: half, durationMs: Number.NaN, requestId: "\uDC00" }));
  await log.append(requested(2, { durationMs: -0, reason: "e\u0301 é \u2028", vendorStatus: 200 }));
  await log.append(requested(3, { durationMs: 1e21, before: { [half]: half } }));
  expect((await log.entries({ limit: 3 })).at(-1)?.reason).toBe("a\uFFFD half and a \u0000 zero");
  expect((await look()).at(-1)).toEqual(["T3", "intact"]);
});

describe("verify", () => {
  test("finds an untouched log intact and names the checkpoint that confirms it", async () => {
    const [report] = await verified(db, key, [checkpointAt(db, "T1", 2), checkpointAt(db, "T1", 5)]);
    expect(report).toMatchObject({
      verdict: "intact",
      entries: 6,
      checkpoints: 2,
      lastCheckpoint: { count: 5 },
    });
  });

  test("says which entry was altered", async () => {
    disarm(db);
    db.exec("UPDATE audit_entries SET reason = 'something else' WHERE workspace_id = 'T1' AND position = 3");
    expect(await look()).toEqual([["T1", "altered", "altered 3"], intact]);
  });

  test("says which entry was altered if its hash was recomputed", async () => {
    disarm(db);
    const row = rowsOf(db, "T1")[2];
    if (row) storeTied(db, row, { actor: "U9@T1" });
    expect(await look()).toEqual([["T1", "altered", "altered 4"], intact]);
  });

  test("says where an entry is missing", async () => {
    disarm(db);
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position IN (3, 4)");
    expect(await look([checkpointAt(db, "T1", 1)])).toEqual([["T1", "missing", "missing 2"], intact]);
  });

  test("says that the first entries are missing", async () => {
    disarm(db);
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position = 1");
    expect(await look()).toEqual([["T1", "missing", "missing 0"], intact]);
  });

  test("says where the log was truncated, from the database's note", async () => {
    disarm(db);
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position > 4");
    expect(await look()).toEqual([["T1", "cut", "cut 4"], intact]);
  });

  test("says where the log was truncated, from a checkpoint, if the note was changed too", async () => {
    const checkpoints = [checkpointAt(db, "T1", 3), checkpointAt(db, "T1", 6)];
    disarm(db);
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position > 4");
    tieAnew(db, "T1");
    expect(await look()).toEqual([["T1", "intact"], intact]);
    expect(await look(checkpoints)).toEqual([["T1", "cut", "cut 4"], intact]);
  });

  test("reports a workspace that is missing completely", async () => {
    const checkpoint = checkpointAt(db, "T1", 6);
    disarm(db);
    db.exec(
      "DELETE FROM audit_entries WHERE workspace_id = 'T1'; DELETE FROM audit_heads WHERE workspace_id = 'T1'",
    );
    expect(await look([checkpoint])).toEqual([["T1", "cut", "cut 0"], intact]);
  });

  test("reports a consistently rewritten log, between two checkpoints", async () => {
    const checkpoints = [checkpointAt(db, "T1", 2), checkpointAt(db, "T1", 5)];
    disarm(db);
    db.exec(
      "UPDATE audit_entries SET reason = 'nothing of the kind' WHERE workspace_id = 'T1' AND position = 4",
    );
    tieAnew(db, "T1");
    expect(await look()).toEqual([["T1", "intact"], intact]);
    const [report] = await verified(db, key, checkpoints);
    expect(report?.verdict).toBe("rewritten");
    expect(report?.findings[0]?.words).toBe(
      "after entry 2 and up to entry 5 the log does not match the checkpoint of 2026-03-01T10:00:00.000Z",
    );
  });

  test("reports an entry that was appended outside Patchbay", async () => {
    disarm(db);
    const last = rowsOf(db, "T1").at(-1);
    if (last) storeTied(db, last, { sequence: 99, id: "aud_x", request_id: "r", change_id: "c" }, last);
    expect((await look())[0]).toEqual(["T1", "rewritten", "rewritten 7"]);
  });

  test("says which entry was inserted, even if it is chained to the one before it", async () => {
    disarm(db);
    const row = rowsOf(db, "T1")[2];
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T2'");
    if (row)
      storeTied(db, row, { sequence: row.sequence + 1, id: "aud_x", request_id: "r", change_id: "c" }, row);
    const [report] = await verified(db, key);
    expect(report?.findings.map(({ words }) => words)).toEqual([
      "after entry 4, sequence 7 was inserted or moved: it is numbered as entry 4",
    ]);
  });

  test("rejects a checkpoint that another key signed", async () => {
    const line = checkpointText(strangersKey(), [checkpointAt(db, "T1", 3)]);
    const [report] = await verified(db, key, line);
    expect(report).toMatchObject({ workspaceId: "T1", verdict: "forged", checkpoints: 0 });
    expect(report?.findings[0]?.words).toBe(
      "line 1 of the checkpoints is signed with a key that was not given",
    );
  });

  test("rejects a changed or invalid checkpoint", async () => {
    const good = checkpointText(key, [checkpointAt(db, "T1", 3)]);
    const changed = good.replace('"count":3', '"count":4');
    const reports = await verified(db, key, `${good}${changed}nothing\n{"at":1}\n`);
    expect(reports.map(short)).toEqual([
      [undefined, "forged", "forged undefined", "forged undefined"],
      ["T1", "forged", "forged 4"],
      intact,
    ]);
    expect(reports[1]?.checkpoints).toBe(1);
  });

  test("ignores a last line that a crash left incomplete", async () => {
    const good = checkpointText(key, [checkpointAt(db, "T1", 3), checkpointAt(db, "T1", 4)]);
    const [report] = await verified(db, key, good.slice(0, -20));
    expect(report).toMatchObject({ verdict: "intact", checkpoints: 1 });
  });

  test("verifies one workspace alone", async () => {
    disarm(db);
    db.exec("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position = 3");
    expect((await verified(db, key, [], { workspaceId: "T2" })).map(short)).toEqual([intact]);
  });

  test("counts all findings and gives the first 100", async () => {
    await fillLogs(db, ["T4"], 130);
    disarm(db);
    db.exec("UPDATE audit_entries SET reason = 'x' WHERE workspace_id = 'T4'");
    const report = (await verified(db, key)).find(({ workspaceId }) => workspaceId === "T4");
    expect([report?.found, report?.findings.length, report?.verdict]).toEqual([130, 100, "altered"]);
  });
});

test("chains the entries that were written before there was a chain", async () => {
  const old = openFile(":memory:");
  migrate(old, "x", migrations.slice(0, 1));
  const columns = "id, at, workspace_id, kind, actor, request_id, change_id";
  const insert = old.prepare(
    `INSERT INTO audit_entries (${columns}) VALUES (?, 'then', ?, 'change.requested', 'cli:root', ?, ?)`,
  );
  for (let n = 1; n <= 2_100; n += 1)
    insert.run(`aud_${n}`, n % 3 === 0 ? "T2" : "T1", `req_${n}`, `chg_${n}`);
  migrate(old, "x");
  const reports = await verified(old, key);
  expect(reports.map(({ workspaceId, verdict, entries }) => [workspaceId, verdict, entries])).toEqual([
    ["T1", "intact", 1_400],
    ["T2", "intact", 700],
  ]);
  const entry = await sqliteAuditLog(old, "T2", testSources()).append(requested(9_000));
  expect(entry).toMatchObject({ position: 701, sequence: 2_101 });
  expect(() => old.exec("UPDATE audit_entries SET reason = 'x'")).toThrow("the audit log is append-only");
  expect((await verified(old, key)).map(({ verdict }) => verdict)).toEqual(["intact", "intact"]);
  old.close();
});
