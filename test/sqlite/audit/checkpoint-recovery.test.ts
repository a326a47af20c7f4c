import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { hour } from "../../support/fixtures.ts";
import { disarm, strangersKey, checkpointAt, checkpointText } from "./chain-support.ts";
import { testDatabase } from "../support.ts";
import { signedDatabase, type SignedDatabase } from "./signed-database.ts";

let at: SignedDatabase;
beforeEach(() => {
  at = signedDatabase();
});

// A12
test("checks the last head, and everything since, before it signs the next", async () => {
  await at.served(3);
  const checkpoints = at.start();
  await at.append(3);
  disarm(at.db);
  at.db.exec("UPDATE audit_entries SET reason = 'x' WHERE position = 5");
  at.nowMs += hour;
  at.tick();
  expect(at.told()).toEqual(["T1 3"]);
  expect(at.logged).toEqual(["audit log altered"]);
  expect(await checkpoints.faults()).toEqual([
    "T1: entry 5 is not what was written, or does not follow from the one before it",
  ]);
});

// A12
test("signs nothing after a log that was rewritten while it ran", async () => {
  await at.served(3);
  const checkpoints = at.start();
  at.rewrite("T1");
  await at.append(1, "T2");
  at.nowMs += hour;
  at.tick();
  await checkpoints.makeAll();
  expect(at.told()).toEqual(["T1 3", "T2 1"]);
});

describe("an acceptance", () => {
  // A12
  test("signs the log as it is, keeps the mismatches, and lets the running server continue", async () => {
    await at.served(3, "T2");
    await at.served(3);
    at.rewrite("T1");
    await at.append(1, "T2");
    const checkpoints = at.start();
    expect(await checkpoints.faults()).toHaveLength(1);
    const { faults, keptFile = "" } = await at.accept();
    expect(faults).toEqual(["T1: entry 3 does not match the checkpoint of 2026-03-01T00:00:00.000Z"]);
    expect(at.recorded).toEqual(["T1: entry 3 does not match the checkpoint of 2026-03-01T00:00:00.000Z"]);
    expect(readFileSync(keptFile, "utf8")).toContain('"T1"');
    expect(at.told()).toEqual(["T2 3", "T1 3"]);
    expect(await checkpoints.faults()).toEqual([]);
    await checkpoints.makeAll();
    expect(at.told()).toEqual(["T2 3", "T1 3", "T2 4"]);
    expect(await at.accept()).toEqual({ faults: [], keptFile: undefined });
  });

  // A12
  test("is needed once if everything was missing", async () => {
    await at.served(3);
    rmSync(at.file);
    renameSync(at.keyPath, `${at.keyPath}.old`);
    const checkpoints = at.start();
    expect(await checkpoints.faults()).toHaveLength(1);
    await at.accept();
    expect([await checkpoints.faults(), await at.start().faults()]).toEqual([[], []]);
  });
});

describe("a backup", () => {
  // O13
  test("first signs what is new, so that its checkpoints cover the whole copy", async () => {
    await at.served(2);
    await at.append(3);
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const copy = `${at.path}.copy`;
    const archive = sqliteAuditArchive(testDatabase(at.path, { readonly: true }), {
      path: at.path,
      keyPath: at.keyPath,
      log: quiet,
    });
    await archive.backup(copy);
    expect(at.told()).toEqual(["T1 2", "T1 5"]);
    const reports: unknown[] = [];
    const copied = sqliteAuditArchive(testDatabase(copy, { readonly: true }), {
      path: copy,
      keyPath: at.keyPath,
    });
    for await (const { verdict, lastCheckpoint } of copied.verify({}))
      reports.push([verdict, lastCheckpoint?.count]);
    expect(reports).toEqual([["intact", 5]]);
  });

  // O13
  test("signs nothing of a log that does not match its checkpoints", async () => {
    await at.served(2);
    writeFileSync(at.file, checkpointText(strangersKey(), [checkpointAt(at.db, "T1", 2)]));
    await at.append(3);
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const archive = sqliteAuditArchive(testDatabase(at.path, { readonly: true }), {
      path: at.path,
      keyPath: at.keyPath,
      log: quiet,
    });
    await archive.backup(`${at.path}.copy`);
    expect(at.told()).toEqual(["T1 2"]);
    expect(await archive.checkpointFaults()).toHaveLength(1);
  });
});
