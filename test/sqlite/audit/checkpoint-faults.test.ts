import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import { hour } from "../../support/fixtures.ts";
import { disarm, strangersKey } from "./chain-support.ts";
import { temporaryFolder, testDatabase } from "../support.ts";
import { signedDatabase, type SignedDatabase } from "./signed-database.ts";

let at: SignedDatabase;
beforeEach(() => {
  at = signedDatabase();
});

describe("a server that starts", () => {
  // A12
  test.each([
    [
      "the log was rewritten and the checkpoints deleted",
      () => {
        at.rewrite("T1");
        rmSync(at.file);
      },
      "there are entries and a key, and no checkpoint",
    ],
    [
      "the checkpoints were emptied",
      () => writeFileSync(at.file, ""),
      "there are entries and a key, and no checkpoint",
    ],
    [
      "key and checkpoints were deleted",
      () => {
        rmSync(at.file);
        rmSync(at.keyPath);
      },
      "it has entries of a server, and both the key and the checkpoints of then are gone",
    ],
    [
      "the key was exchanged",
      () => writeFileSync(at.keyPath, strangersKey().privateKey.export({ type: "pkcs8", format: "pem" })),
      "2 lines of the checkpoints are not signed by this server's key",
    ],
    [
      "the log was rewritten",
      () => at.rewrite("T1"),
      "T1: entry 5 does not match the checkpoint of 2026-03-01T00:00:00.000Z",
    ],
    [
      "the last entries were cut off",
      () => {
        disarm(at.db);
        at.db.exec("DELETE FROM audit_entries WHERE position > 3");
        at.db.exec(
          "UPDATE audit_heads SET position = 3, hash = (SELECT hash FROM audit_entries WHERE position = 3)",
        );
      },
      "T1: it ends with entry 3, and the checkpoint of 2026-03-01T00:00:00.000Z covers entry 5",
    ],
    [
      "the checkpoints are those of an earlier time",
      () => writeFileSync(at.file, `${readFileSync(at.file, "utf8").split("\n")[0]}\n`),
      "T1: the checkpoint of entry 5, made 2026-03-01T00:00:00.000Z, is not in the file any more",
    ],
  ])("signs nothing and says so when %s", async (_what, tamper, fault) => {
    await at.served(2);
    await at.served(3);
    tamper();
    const before = at.told();
    const checkpoints = at.start();
    await checkpoints.makeDue();
    at.nowMs += 2 * hour;
    at.tick();
    await checkpoints.makeAll();
    expect(await checkpoints.faults()).toEqual([fault]);
    expect(at.logged).toContain("audit log not vouched for");
    expect(at.told()).toEqual(before);
  });

  // A12
  test("reports one workspace whose checkpoints were removed from the file, and signs the others", async () => {
    await at.served(2, "T2");
    await at.served(2, "T1");
    at.db.exec("DELETE FROM signed_checkpoints");
    writeFileSync(
      at.file,
      readFileSync(at.file, "utf8")
        .split("\n")
        .filter((line) => !line.includes('"T2"'))
        .join("\n"),
    );
    await at.append(1, "T1");
    const checkpoints = at.start();
    await checkpoints.makeAll();
    expect(await checkpoints.faults()).toEqual([
      "T2: it has entries from before the last checkpoint of others, and no checkpoint of its own",
    ]);
    expect(at.told()).toEqual(["T1 2", "T1 3"]);
  });

  // A12
  test("reports checkpoints of another database that the same key signed", async () => {
    await at.served(2);
    const theirs = at.file;
    const other = join(temporaryFolder(), "other.db");
    at.db = testDatabase(other);
    at.file = checkpointFileOf(other);
    await at.served(4, "T9");
    copyFileSync(theirs, at.file);
    expect(await at.start().faults()).toContain(
      "T1: it ends with entry 0, and the checkpoint of 2026-03-01T00:00:00.000Z covers entry 2",
    );
  });

  // A12
  test("starts without a warning if only the command line has written", async () => {
    await at.appendByCommandLine();
    const checkpoints = at.start();
    await checkpoints.makeDue();
    expect(await checkpoints.faults()).toEqual([]);
    expect(at.told()).toEqual(["T1 1"]);
    expect(await at.start().faults()).toEqual([]);
  });
});

describe("a new installation whose server is killed before it signs anything", () => {
  // A12
  test("is confirmed by the next server, including what a person wrote meanwhile", async () => {
    await at.appendByCommandLine();
    expect(await at.start().faults()).toEqual([]);
    await at.append(2);
    await at.append(1, "T2");
    const next = at.start();
    expect(await next.faults()).toEqual([]);
    await next.makeDue();
    expect(at.told()).toEqual(["T1 3", "T2 1"]);
    expect(await at.start().faults()).toEqual([]);
  });

  // A12
  test("is no longer new once something was signed, even if the process was killed right after", async () => {
    at.start();
    const mark = readFileSync(`${at.keyPath}.unused`);
    await at.append(2);
    await at.start().makeDue();
    writeFileSync(`${at.keyPath}.unused`, mark);
    at.start();
    rmSync(at.file);
    expect(await at.start().faults()).toEqual(["there are entries and a key, and no checkpoint"]);
  });

  // A12
  test("reports at every start that a server wrote before and its key is missing", async () => {
    await at.append(2);
    const fault = "it has entries of a server, and both the key and the checkpoints of then are gone";
    expect(await at.start().faults()).toEqual([fault]);
    expect(await at.start().faults()).toHaveLength(1);
  });
});
