import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { AuditCheckpoints } from "../../../src/domain/audit/audit-checkpoints.ts";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { auditCheckpoints, checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { hour } from "../../support/fixtures.ts";
import { disarm } from "./chain-support.ts";
import { requested } from "../../store/events.ts";
import { temporaryFolder, testDatabase, sqliteAuditLog } from "../support.ts";

let path: string;
let db: SqliteDatabase;
let nowMs: number;
let faults: string[];
let tick: () => void;
let stopped: number;
beforeEach(() => {
  path = join(temporaryFolder(), "patchbay.db");
  db = testDatabase(path);
  db.pragma("synchronous = OFF");
  nowMs = Date.parse("2026-03-01T00:00:00.000Z");
  faults = [];
  stopped = 0;
});

function start(): AuditCheckpoints {
  const note = (_: object, words: string) => void faults.push(words);
  return auditCheckpoints(db, {
    file: checkpointFileOf(path),
    keyPath: `${path}.audit-key.pem`,
    log: { info: note, warn: note, error: note },
    now: () => new Date(nowMs),
    every: (_ms, act) => {
      tick = act;
      return () => void (stopped += 1);
    },
  });
}

let count = 0;
async function append(checkpoints: AuditCheckpoints, times: number, workspaceId = "T1"): Promise<void> {
  const log = sqliteAuditLog(db, workspaceId, {
    now: () => new Date(nowMs),
    newId: () => `aud_${(count += 1)}`,
    appended: (id, position) => checkpoints.appended(id, position),
  });
  for (let n = 0; n < times; n += 1) {
    count += 1;
    await log.append(requested(count));
  }
}

const lines = (): { workspace_id: string; count: number; at: string }[] =>
  readFileSync(checkpointFileOf(path), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const told = () => lines().map(({ workspace_id: id, count: entries }) => `${id} ${entries}`);

async function verdicts() {
  const archive = sqliteAuditArchive(db, { path, keyPath: `${path}.audit-key.pem` });
  const found: unknown[] = [];
  for await (const { workspaceId, verdict, checkpoints } of archive.verify({}))
    if (workspaceId !== undefined) found.push([workspaceId, verdict, checkpoints]);
  return found;
}

test("makes a checkpoint for every 1,000 entries of a workspace, which verify accepts", async () => {
  const checkpoints = start();
  await append(checkpoints, 999);
  await append(checkpoints, 999, "T2");
  expect(() => lines()).toThrow("ENOENT");
  await append(checkpoints, 1);
  expect(told()).toEqual(["T1 1000", "T2 999"]);
  await append(checkpoints, 1_000);
  expect(told()).toEqual(["T1 1000", "T2 999", "T1 2000"]);
  expect(await verdicts()).toEqual([
    ["T1", "intact", 2],
    ["T2", "intact", 1],
  ]);
});

test("makes a checkpoint every hour for workspaces with new entries only", async () => {
  const checkpoints = start();
  await append(checkpoints, 3);
  tick();
  expect(told()).toEqual(["T1 3"]);
  await append(checkpoints, 1);
  await append(checkpoints, 1, "T2");
  nowMs += hour - 1;
  tick();
  expect(told()).toEqual(["T1 3", "T2 1"]);
  nowMs += 1;
  tick();
  expect(told()).toEqual(["T1 3", "T2 1", "T1 4"]);
  nowMs += 5 * hour;
  tick();
  expect(told()).toHaveLength(3);
  checkpoints.stop();
  expect(stopped).toBe(1);
});

test("continues after a restart, also with entries that others wrote meanwhile", async () => {
  await append(start(), 3);
  tick();
  const nobody: AuditCheckpoints = {
    start: async () => {},
    appended: () => {},
    makeDue: async () => {},
    makeFirst: async () => {},
    makeAll: async () => {},
    faults: async () => [],
    onCheckpoint: () => {},
    stop: () => {},
  };
  nowMs += 10;
  await append(nobody, 2);
  await start().makeDue();
  expect(told()).toEqual(["T1 3"]);
  await append(nobody, 998);
  await start().makeDue();
  expect(told()).toEqual(["T1 3", "T1 1003"]);
  expect(await verdicts()).toEqual([["T1", "intact", 2]]);
});

test("keeps the key and the checkpoints readable by their owner only, and restricts a key that others could read", () => {
  const modes = () => [`${path}.audit-key.pem`].map((name) => (statSync(name).mode & 0o777).toString(8));
  start();
  expect(modes()).toEqual(["600"]);
  chmodSync(`${path}.audit-key.pem`, 0o644);
  start();
  expect(modes()).toEqual(["600"]);
});

test("does not start with a new key if another key has signed", async () => {
  await append(start(), 1);
  tick();
  rmSync(`${path}.audit-key.pem`);
  expect(start).toThrow("is missing, but there are checkpoints that it has signed. Put it back");
});

test("reports a key file without a key", () => {
  writeFileSync(`${path}.audit-key.pem`, "not a key");
  expect(start).toThrow("does not hold an Ed25519 key in PEM form");
});

test("passes each new checkpoint to its listeners, which may fail", async () => {
  const checkpoints = start();
  const shown: string[] = [];
  checkpoints.onCheckpoint(() => {
    throw new Error("no channel");
  });
  checkpoints.onCheckpoint(async (workspaceId, text) => void shown.push(`${workspaceId} ${text}`));
  await append(checkpoints, 1_000);
  const line = readFileSync(checkpointFileOf(path), "utf8").trim();
  expect(shown).toEqual([`T1 ${line}`]);
  expect(faults).toEqual(["checkpoint not posted"]);
  expect(line).not.toMatch(/[<>&]/u);
});

test("keeps writing entries if a checkpoint cannot be written, and writes it later", async () => {
  const checkpoints = start();
  mkdirSync(checkpointFileOf(path));
  await append(checkpoints, 1_001);
  expect(faults).toEqual(["checkpoint not made"]);
  rmdirSync(checkpointFileOf(path));
  tick();
  expect(told()).toEqual(["T1 1001"]);
});

test("removes an incomplete line after a crash, and keeps a complete one without a line break", async () => {
  await append(start(), 1);
  tick();
  const whole = readFileSync(checkpointFileOf(path), "utf8").trim();
  appendFileSync(checkpointFileOf(path), whole.slice(0, 40));
  nowMs += hour;
  await append(start(), 1);
  tick();
  expect(told()).toEqual(["T1 1", "T1 2"]);
  writeFileSync(checkpointFileOf(path), readFileSync(checkpointFileOf(path), "utf8").trim());
  nowMs += hour;
  await append(start(), 1);
  tick();
  expect(told()).toEqual(["T1 1", "T1 2", "T1 3"]);
  expect(await verdicts()).toEqual([["T1", "intact", 3]]);
});

test("confirms no log that has lost entries", async () => {
  const checkpoints = start();
  await append(checkpoints, 5);
  tick();
  disarm(db);
  db.exec("DELETE FROM audit_entries WHERE position > 3");
  db.exec("UPDATE audit_heads SET position = 3, hash = (SELECT hash FROM audit_entries WHERE position = 3)");
  nowMs += 2 * hour;
  tick();
  expect(told()).toEqual(["T1 5"]);
  expect(faults).toEqual(["audit log cut"]);
  expect(await verdicts()).toEqual([["T1", "cut", 0]]);
});
