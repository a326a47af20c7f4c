import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { AuditCheckpoints } from "../../../src/domain/audit/audit-checkpoints.ts";
import { acceptLog } from "../../../src/sqlite/audit/accept-log.ts";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { auditCheckpoints, checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { hour } from "../../support/fixtures.ts";
import {
  disarm,
  rowsOf,
  strangersKey,
  checkpointAt,
  checkpointText,
  storeTied,
  tieAnew,
} from "./chain-support.ts";
import { requested } from "../../store/events.ts";
import { temporaryFolder, testDatabase, sqliteAuditLog } from "../support.ts";

let path: string;
let file: string;
let keyPath: string;
let db: SqliteDatabase;
let nowMs: number;
let logged: string[];
let tick: () => void;
let count = 0;
beforeEach(() => {
  path = join(temporaryFolder(), "patchbay.db");
  file = checkpointFileOf(path);
  keyPath = `${path}.audit-key.pem`;
  db = testDatabase(path);
  db.pragma("synchronous = OFF");
  nowMs = Date.parse("2026-03-01T00:00:00.000Z");
  logged = [];
});

function start(): AuditCheckpoints {
  const note = (_: object, words: string) => void logged.push(words);
  return auditCheckpoints(db, {
    file,
    keyPath,
    log: { info: note, warn: note, error: note },
    now: () => new Date(nowMs),
    every: (_ms, act) => {
      tick = act;
      return () => undefined;
    },
  });
}

/** A server that ran, signed and stopped. */
async function served(entries: number, workspaceId = "T1"): Promise<void> {
  const checkpoints = start();
  await append(entries, workspaceId);
  await checkpoints.makeAll();
}

async function append(entries: number, workspaceId = "T1"): Promise<void> {
  const log = sqliteAuditLog(db, workspaceId, {
    now: () => new Date(nowMs),
    newId: () => `aud_${(count += 1)}`,
  });
  for (let n = 0; n < entries; n += 1) await log.append(requested((count += 1)));
}

/** The entry of `patchbay connect`. */
async function appendByCommandLine(): Promise<void> {
  const sources = { now: () => new Date(nowMs), newId: () => `aud_${(count += 1)}` };
  await sqliteAuditLog(db, "T1", sources).append({
    kind: "connection.added",
    actor: { kind: "cli", osUser: "root" },
    requestId: "req_x",
  });
}

const told = () =>
  (existsSync(file) ? readFileSync(file, "utf8") : "")
    .split("\n")
    .filter(Boolean)
    .map((line): string => {
      const { workspace_id: id, count: entries } = JSON.parse(line);
      return `${id} ${entries}`;
    });

/** Rewrites the whole log of a workspace consistently, and restores the safeguards. */
function rewrite(workspaceId: string): void {
  const sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger' OR name = 'audit_requests'";
  const guards = db.prepare<[], string>(sql).pluck().all();
  disarm(db);
  const [first] = rowsOf(db, workspaceId);
  if (first) storeTied(db, first, { reason: "something else" });
  tieAnew(db, workspaceId);
  for (const guard of guards) db.exec(guard);
}

const accept = async () =>
  acceptLog(db, {
    file,
    keyPath,
    now: () => new Date(nowMs),
    record: async (workspaceId, faults) => void recorded.push(`${workspaceId}: ${faults.join()}`),
  });
let recorded: string[];
beforeEach(() => {
  recorded = [];
});

describe("a server that starts", () => {
  // A12
  test.each([
    [
      "the log was written anew and the checkpoints deleted",
      () => {
        rewrite("T1");
        rmSync(file);
      },
      "there are entries and a key, and no checkpoint",
    ],
    [
      "the checkpoints were emptied",
      () => writeFileSync(file, ""),
      "there are entries and a key, and no checkpoint",
    ],
    [
      "key and checkpoints were deleted",
      () => {
        rmSync(file);
        rmSync(keyPath);
      },
      "it has entries of a server, and both the key and the checkpoints of then are gone",
    ],
    [
      "the key was exchanged",
      () => writeFileSync(keyPath, strangersKey().privateKey.export({ type: "pkcs8", format: "pem" })),
      "2 lines of the checkpoints are not signed by this server's key",
    ],
    [
      "the log was written anew",
      () => rewrite("T1"),
      "T1: entry 5 does not match the checkpoint of 2026-03-01T00:00:00.000Z",
    ],
    [
      "the last entries were cut off",
      () => {
        disarm(db);
        db.exec("DELETE FROM audit_entries WHERE position > 3");
        db.exec(
          "UPDATE audit_heads SET position = 3, hash = (SELECT hash FROM audit_entries WHERE position = 3)",
        );
      },
      "T1: it ends with entry 3, and the checkpoint of 2026-03-01T00:00:00.000Z covers entry 5",
    ],
    [
      "the checkpoints are those of an earlier time",
      () => writeFileSync(file, `${readFileSync(file, "utf8").split("\n")[0]}\n`),
      "T1: the checkpoint of entry 5, made 2026-03-01T00:00:00.000Z, is not in the file any more",
    ],
  ])("signs nothing and says so when %s", async (_what, tamper, fault) => {
    await served(2);
    await served(3);
    tamper();
    const before = told();
    const checkpoints = start();
    await checkpoints.makeDue();
    nowMs += 2 * hour;
    tick();
    await checkpoints.makeAll();
    expect(await checkpoints.faults()).toEqual([fault]);
    expect(logged).toContain("audit log not vouched for");
    expect(told()).toEqual(before);
  });

  // A12
  test("reports one workspace whose checkpoints were removed from the file, and signs the others", async () => {
    await served(2, "T2");
    await served(2, "T1");
    db.exec("DELETE FROM signed_checkpoints");
    writeFileSync(
      file,
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => !line.includes('"T2"'))
        .join("\n"),
    );
    await append(1, "T1");
    const checkpoints = start();
    await checkpoints.makeAll();
    expect(await checkpoints.faults()).toEqual([
      "T2: it has entries from before the last checkpoint of others, and no checkpoint of its own",
    ]);
    expect(told()).toEqual(["T1 2", "T1 3"]);
  });

  // A12
  test("reports checkpoints of another database that the same key signed", async () => {
    await served(2);
    const theirs = file;
    const other = join(temporaryFolder(), "other.db");
    db = testDatabase(other);
    file = checkpointFileOf(other);
    await served(4, "T9");
    copyFileSync(theirs, file);
    expect(await start().faults()).toContain(
      "T1: it ends with entry 0, and the checkpoint of 2026-03-01T00:00:00.000Z covers entry 2",
    );
  });

  // A12
  test("starts without a warning if only the command line has written", async () => {
    await appendByCommandLine();
    const checkpoints = start();
    await checkpoints.makeDue();
    expect(await checkpoints.faults()).toEqual([]);
    expect(told()).toEqual(["T1 1"]);
    expect(await start().faults()).toEqual([]);
  });
});

describe("a new installation whose server is killed before it signs anything", () => {
  // A12
  test("is confirmed by the next server, including what a person wrote meanwhile", async () => {
    await appendByCommandLine();
    expect(await start().faults()).toEqual([]);
    await append(2);
    await append(1, "T2");
    const next = start();
    expect(await next.faults()).toEqual([]);
    await next.makeDue();
    expect(told()).toEqual(["T1 3", "T2 1"]);
    expect(await start().faults()).toEqual([]);
  });

  // A12
  test("is no longer new once something was signed, even if the process was killed right after", async () => {
    start();
    const mark = readFileSync(`${keyPath}.unused`);
    await append(2);
    await start().makeDue();
    writeFileSync(`${keyPath}.unused`, mark);
    start();
    rmSync(file);
    expect(await start().faults()).toEqual(["there are entries and a key, and no checkpoint"]);
  });

  // A12
  test("reports at every start that a server wrote before and its key is missing", async () => {
    await append(2);
    const fault = "it has entries of a server, and both the key and the checkpoints of then are gone";
    expect(await start().faults()).toEqual([fault]);
    expect(await start().faults()).toHaveLength(1);
  });
});

// A12
test("checks the last head, and everything since, before it signs the next", async () => {
  await served(3);
  const checkpoints = start();
  await append(3);
  disarm(db);
  db.exec("UPDATE audit_entries SET reason = 'x' WHERE position = 5");
  nowMs += hour;
  tick();
  expect(told()).toEqual(["T1 3"]);
  expect(logged).toEqual(["audit log altered"]);
  expect(await checkpoints.faults()).toEqual([
    "T1: entry 5 is not what was written, or does not follow from the one before it",
  ]);
});

// A12
test("signs nothing after a log that was rewritten while it ran", async () => {
  await served(3);
  const checkpoints = start();
  rewrite("T1");
  await append(1, "T2");
  nowMs += hour;
  tick();
  await checkpoints.makeAll();
  expect(told()).toEqual(["T1 3", "T2 1"]);
});

describe("an acceptance", () => {
  // A12
  test("signs the log as it is, keeps the mismatches, and lets the running server continue", async () => {
    await served(3, "T2");
    await served(3);
    rewrite("T1");
    await append(1, "T2");
    const checkpoints = start();
    expect(await checkpoints.faults()).toHaveLength(1);
    const { faults, keptFile = "" } = await accept();
    expect(faults).toEqual(["T1: entry 3 does not match the checkpoint of 2026-03-01T00:00:00.000Z"]);
    expect(recorded).toEqual(["T1: entry 3 does not match the checkpoint of 2026-03-01T00:00:00.000Z"]);
    expect(readFileSync(keptFile, "utf8")).toContain('"T1"');
    expect(told()).toEqual(["T2 3", "T1 3"]);
    expect(await checkpoints.faults()).toEqual([]);
    await checkpoints.makeAll();
    expect(told()).toEqual(["T2 3", "T1 3", "T2 4"]);
    expect(await accept()).toEqual({ faults: [], keptFile: undefined });
  });

  // A12
  test("is needed once if everything was missing", async () => {
    await served(3);
    rmSync(file);
    renameSync(keyPath, `${keyPath}.old`);
    const checkpoints = start();
    expect(await checkpoints.faults()).toHaveLength(1);
    await accept();
    expect([await checkpoints.faults(), await start().faults()]).toEqual([[], []]);
  });
});

describe("a backup", () => {
  // O13
  test("first signs what is new, so that its checkpoints cover the whole copy", async () => {
    await served(2);
    await append(3);
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const copy = `${path}.copy`;
    const archive = sqliteAuditArchive(testDatabase(path, { readonly: true }), { path, keyPath, log: quiet });
    await archive.backup(copy);
    expect(told()).toEqual(["T1 2", "T1 5"]);
    const reports: unknown[] = [];
    const copied = sqliteAuditArchive(testDatabase(copy, { readonly: true }), { path: copy, keyPath });
    for await (const { verdict, lastCheckpoint } of copied.verify({}))
      reports.push([verdict, lastCheckpoint?.count]);
    expect(reports).toEqual([["intact", 5]]);
  });

  // O13
  test("signs nothing of a log that does not match its checkpoints", async () => {
    await served(2);
    writeFileSync(file, checkpointText(strangersKey(), [checkpointAt(db, "T1", 2)]));
    await append(3);
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const archive = sqliteAuditArchive(testDatabase(path, { readonly: true }), { path, keyPath, log: quiet });
    await archive.backup(`${path}.copy`);
    expect(told()).toEqual(["T1 2"]);
    expect(await archive.checkpointFaults()).toHaveLength(1);
  });
});
