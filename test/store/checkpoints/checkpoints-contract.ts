import { expect, test } from "vitest";
import type { AuditArchive } from "../../../src/domain/audit/audit-archive.ts";
import type { AcceptedLog, AuditCheckpoints } from "../../../src/domain/audit/audit-checkpoints.ts";
import type { ChainReport } from "../../../src/domain/audit/audit-chain.ts";
import { hour, minute } from "../../support/fixtures.ts";

/** An audit log that servers sign, and somebody who may write the database but has no key. */
export interface SignedLog {
  append(entries: number, workspaceId?: string): Promise<void>;
  /** A server that starts on the database. */
  serve(): Promise<AuditCheckpoints>;
  /** Lets time pass, for the servers too. */
  pass(ms: number): void;
  accept(): Promise<AcceptedLog>;
  verify(): Promise<readonly ChainReport[]>;
  /** The stored checkpoints in order: `T1 3` covers three entries of T1. */
  signed(): Promise<readonly string[]>;
  readonly tamper: {
    /** Removes the entries after that one, and the note of them. */
    cut(workspaceId: string, count: number): Promise<void>;
    /** Changes an entry and nothing else. */
    alter(workspaceId: string, position: number): Promise<void>;
    /** Changes the first entry, and ties all others anew. */
    rewrite(workspaceId: string): Promise<void>;
    dropCheckpoints(): Promise<void>;
    /** Has the newest checkpoint cover other entries than those that were signed. */
    replaceCheckpoint(): Promise<void>;
  };
}

/** The reports of an archive, which is closed after that. */
export async function reportsOf(archive: AuditArchive): Promise<readonly ChainReport[]> {
  const reports: ChainReport[] = [];
  try {
    for await (const report of archive.verify({})) reports.push(report);
  } finally {
    await archive.close();
  }
  return reports;
}

/** What the signed checkpoints of every store show. */
export function checkpointsContract(open: () => Promise<SignedLog>): void {
  const verdicts = async (log: SignedLog) =>
    (await log.verify()).map(({ workspaceId, verdict, checkpoints }) => [workspaceId, verdict, checkpoints]);
  /** A server that signed the first entries, and is gone. */
  const served = async (entries: number) => {
    const log = await open();
    const server = await log.serve();
    await log.append(entries);
    await server.makeFirst();
    server.stop();
    return log;
  };

  test("signs the first entries at once, and new ones after an hour", async () => {
    const log = await open();
    const server = await log.serve();
    await log.append(3);
    await server.makeFirst();
    expect(await log.signed()).toEqual(["T1 3"]);
    await log.append(1);
    await log.append(1, "T2");
    log.pass(hour - minute);
    await server.makeDue();
    expect(await log.signed()).toEqual(["T1 3", "T2 1"]);
    log.pass(2 * minute);
    await server.makeDue();
    expect(await log.signed()).toEqual(["T1 3", "T2 1", "T1 4"]);
    log.pass(5 * hour);
    await server.makeDue();
    expect(await log.signed()).toHaveLength(3);
    expect(await verdicts(log)).toEqual([
      ["T1", "intact", 2],
      ["T2", "intact", 1],
    ]);
    expect(await server.faults()).toEqual([]);
  });

  test("signs what is new when the last server ends, and goes on after a restart", async () => {
    const log = await served(2);
    await log.append(1);
    await (await log.serve()).makeAll();
    await log.append(1);
    await (await log.serve()).makeAll();
    expect(await log.signed()).toEqual(["T1 2", "T1 3", "T1 4"]);
  });

  test("signs nothing on top of an entry that was altered", async () => {
    const log = await served(3);
    await log.append(3);
    await log.tamper.alter("T1", 5);
    const server = await log.serve();
    log.pass(hour);
    await server.makeDue();
    await server.makeAll();
    expect(await log.signed()).toEqual(["T1 3"]);
    const faults = ["T1: entry 5 is not what was written, or does not follow from the one before it"];
    expect(await server.faults()).toEqual(faults);
    expect(await verdicts(log)).toContainEqual(["T1", "altered", 1]);
    expect((await log.accept()).faults).toEqual(faults);
    expect(await server.faults()).toEqual([]);
    await log.append(1);
    await server.makeAll();
    expect(await server.faults()).toEqual([]);
    expect((await log.signed()).at(-1)).toMatch(/^T1 [78]$/u);
  });

  test.each([
    [
      "its last entries were cut off",
      async ({ tamper }: SignedLog) => tamper.cut("T1", 3),
      /^T1: it ends with entry 3, and the checkpoint of \S+ covers entry 5$/u,
      "cut",
    ],
    [
      "it was rewritten",
      async ({ tamper }: SignedLog) => tamper.rewrite("T1"),
      /^T1: entry 5 does not match the checkpoint of \S+$/u,
      "rewritten",
    ],
    [
      "a checkpoint was replaced",
      async ({ tamper }: SignedLog) => tamper.replaceCheckpoint(),
      /not signed by this server's key|does not have the signature that it needs/u,
      "forged",
    ],
  ])("signs nothing and says so when %s, also at the next start", async (_what, act, fault, verdict) => {
    const log = await served(5);
    await act(log);
    for (const server of [await log.serve(), await log.serve()]) {
      log.pass(2 * hour);
      await server.makeDue();
      expect(await server.faults()).toEqual([expect.stringMatching(fault)]);
    }
    expect(await log.signed()).toHaveLength(1);
    expect((await log.verify()).map((report) => report.verdict)).toContain(verdict);
  });

  test("says at the start that all checkpoints are gone", async () => {
    const log = await served(2);
    await log.tamper.dropCheckpoints();
    const server = await log.serve();
    await log.append(1);
    await server.makeFirst();
    await server.makeDue();
    expect(await server.faults()).toEqual(["there are entries and a key, and no checkpoint"]);
    expect(await log.signed()).toEqual([]);
    expect(await verdicts(log)).toEqual([["T1", "intact", 0]]);
  });

  test("signs again once somebody with the key has accepted the log as it is", async () => {
    const log = await served(5);
    const server = await log.serve();
    await log.append(2, "T2");
    await server.makeDue();
    await log.tamper.cut("T1", 3);
    const fault = expect.stringMatching(/^T1: it ends with entry 3, and .+ covers entry 5$/u);
    await server.makeDue();
    expect(await server.faults()).toEqual([fault]);
    expect((await log.accept()).faults).toEqual([fault]);
    expect(await server.faults()).toEqual([]);
    const reports = await log.verify();
    expect(reports.map((report) => report.verdict)).toEqual(["intact", "intact"]);
    await log.append(1);
    await server.makeAll();
    expect((await log.signed()).at(-1)).toMatch(/^T1 [45]$/u);
    expect(await (await log.serve()).faults()).toEqual([]);
    expect(await log.accept()).toEqual({ faults: [], keptFile: undefined });
  });

  test("needs to be accepted once when all checkpoints are gone", async () => {
    const log = await served(2);
    await log.tamper.dropCheckpoints();
    const server = await log.serve();
    await log.accept();
    expect(await server.faults()).toEqual([]);
    expect((await log.verify()).map(({ verdict, checkpoints }) => [verdict, checkpoints])).toEqual([
      ["intact", 1],
    ]);
  });
}
