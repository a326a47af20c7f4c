import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../sqlite/support.ts";
import { hour } from "../../support/fixtures.ts";
import { missing, skipped } from "../support.ts";
import { signedTwice, verdictOf } from "./signed-log.ts";

const insert = "INSERT INTO audit_checkpoints (workspace_id, epoch, count, line)";
const gone = /^T1: the checkpoint of entry 5, made \S+, is not in the database any more$/u;
describe.skipIf(missing !== undefined)(`somebody with the server's role and no key${skipped}`, () => {
  test.each([
    "UPDATE audit_checkpoints SET count = 1",
    "DELETE FROM audit_checkpoints",
    "TRUNCATE audit_checkpoints",
  ])("cannot do this, and neither can the owner: %s", async (sql) => {
    const { app, owner } = await signedTwice();
    await expect(app.query(sql)).rejects.toThrow("permission denied");
    await expect(owner.query(sql)).rejects.toThrow("signed checkpoints are never changed");
  });

  test("gains nothing by storing an old checkpoint again", async () => {
    const all = await signedTwice();
    await all.app.query(
      `${insert} SELECT workspace_id, epoch, count, line FROM audit_checkpoints WHERE count = 2`,
    );
    expect(await (await all.serve()).faults()).toEqual([]);
    await all.log.tamper.cut("T1", 2);
    expect(await (await all.serve()).faults()).toEqual([expect.stringContaining("covers entry 5")]);
    expect(await verdictOf(all)).toEqual(["cut"]);
  });

  test.each([
    ["one that nobody signed", `${insert} VALUES ('T1', 9, 900, 'nonsense')`, "is not a checkpoint"],
    [
      "one of another workspace",
      `${insert} SELECT 'T2', epoch, count, line FROM audit_checkpoints WHERE count = 5`,
      "is a copy of another row",
    ],
    [
      "one that claims to be an acceptance",
      `${insert} SELECT workspace_id, 1, 2, line FROM audit_checkpoints WHERE count = 2`,
      "is a copy of another row",
    ],
  ])("is noticed at once with %s, until an operator accepts it", async (_what, sql, words) => {
    const all = await signedTwice();
    await all.app.query(sql);
    for (const server of [all.server, await all.serve()]) {
      await server.makeDue();
      expect(await server.faults()).toEqual([expect.stringContaining(words)]);
    }
    expect(await verdictOf(all)).toContain("forged");
    expect((await all.accept()).faults).toEqual([expect.stringContaining(words)]);
    expect(await all.server.faults()).toEqual([]);
    expect(await (await all.serve()).faults()).toEqual([]);
    expect(await verdictOf(all)).not.toContain("forged");
    await all.log.append(1);
    await all.server.makeAll();
    expect(await all.server.faults()).toEqual([]);
    expect((await all.log.signed()).at(-1)).toMatch(/^T1 [67]$/u);
  });
});

describe.skipIf(missing !== undefined)(`somebody who owns the tables and has no key${skipped}`, () => {
  /** Takes T1 back to its first checkpoint, as if it had never been longer. */
  const takeBack = async ({ unguarded, owner, log }: Awaited<ReturnType<typeof signedTwice>>) => {
    await log.tamper.cut("T1", 2);
    await unguarded(async () => owner.query("DELETE FROM audit_checkpoints WHERE count = 5"));
    await owner.query("DELETE FROM signed_checkpoints");
  };

  test("cannot take a log back to an old checkpoint under a running server", async () => {
    const all = await signedTwice();
    await takeBack(all);
    await all.server.makeAll();
    expect(await all.server.faults()).toEqual([expect.stringMatching(gone)]);
    expect(await all.log.signed()).toEqual(["T1 2"]);
  });

  test("cannot do so while all servers are stopped either, if one of them keeps a copy", async () => {
    const all = await signedTwice();
    const file = join(temporaryFolder(), "checkpoints.jsonl");
    (await all.serve({ file })).stop();
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
    await takeBack(all);
    // Without a copy, the database alone has nothing to say against it.
    expect(await (await all.serve()).faults()).toEqual([]);
    const server = await all.serve({ file });
    expect(await server.faults()).toEqual([expect.stringMatching(gone)]);
    expect((await all.accept()).faults).toEqual([]);
    expect((await all.accept(file)).faults).toEqual([expect.stringMatching(gone)]);
    expect(await server.faults()).toEqual([]);
    expect(await (await all.serve({ file })).faults()).toEqual([]);
  });

  test("is noticed when everything about a workspace is gone", async () => {
    const all = await signedTwice();
    await all.unguarded(async () => {
      for (const table of ["audit_entries", "audit_heads", "audit_checkpoints", "signed_checkpoints"])
        await all.owner.query(`DELETE FROM ${table}`);
    });
    await all.server.makeDue();
    expect(await all.server.faults()).toEqual([expect.stringMatching(gone)]);
  });

  test("is noticed when one workspace's checkpoints are gone and others' are not", async () => {
    const all = await signedTwice();
    await all.log.append(1, "T2");
    await all.server.makeAll();
    await all.unguarded(async () => {
      await all.owner.query("DELETE FROM audit_checkpoints WHERE workspace_id = 'T1'");
      await all.owner.query(
        "UPDATE audit_entries SET at = '2020-01-01T00:00:00.000Z' WHERE workspace_id = 'T1' AND position = 1",
      );
    });
    expect(await (await all.serve()).faults()).toEqual([
      "T1: it has entries from before the last checkpoint of others, and no checkpoint of its own",
    ]);
  });

  test("cannot stop the signing in silence", async () => {
    const all = await signedTwice();
    await all.log.append(1);
    await all.server.faults();
    const other = await all.serve();
    all.log.pass(2 * hour);
    await other.start();
    expect(await other.faults()).toEqual([]);
    all.log.pass(2 * hour);
    await other.start();
    expect(await other.faults()).toEqual(["T1: no server signs its entries after entry 5"]);
    await other.makeDue();
    expect(await other.faults()).toEqual([]);
    expect((await all.log.signed()).at(-1)).toBe("T1 6");
  });

  test("leaves traces in the schema when rows are hidden", async () => {
    const all = await signedTwice();
    await all.owner.query(`ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY`);
    await all.owner.query(`CREATE RULE sly AS ON INSERT TO freezes DO INSTEAD NOTHING`);
    await all.owner.query(`CREATE TABLE more () INHERITS (protections)`);
    await all.owner.query(
      `CREATE TRIGGER sly BEFORE INSERT ON freezes EXECUTE FUNCTION audit_never_changed()`,
    );
    const [report, ofT1] = await all.log.verify();
    expect(report?.findings.map(({ words }) => words)).toEqual([
      "it has a rule sly on freezes that Patchbay did not make",
      "it has a table more that inherits from protections",
      "it has a trigger sly on freezes that Patchbay did not make",
      "it has row security on audit_entries, which may hide rows",
    ]);
    expect(report?.verdict).toBe("hidden");
    expect(ofT1).toMatchObject({ workspaceId: "T1", verdict: "cut" });
  });
});
