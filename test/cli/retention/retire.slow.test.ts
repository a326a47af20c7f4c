import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missing } from "../../postgres/support.ts";
import { noon, workspace } from "../cli-harness.ts";
import { plainEvent, stores, threeMonths, type KeptLog } from "./kept-log.ts";

const faults = async (log: KeptLog) =>
  log.serve(noon.toISOString(), async ({ checkpoints, store }) => {
    await store.workspace(workspace).audit.append(plainEvent(90));
    await checkpoints?.makeDue();
    return checkpoints?.faults();
  });

describe.each(stores)("audit retire on %s", (store) => {
  test("exports the months before, signs what they hold, and what is left verifies", async () => {
    const log = await threeMonths(store);
    const to = join(log.folder, "archive");
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", to);
    expect(ran.err).toBe("");
    expect(ran.out).toContain(`${workspace}: 3 entries (2025-11 to 2025-12)`);
    expect(ran.out).toContain(`${workspace}: removed 3 entries; its log begins after entry 3`);
    const files = readdirSync(to).toSorted();
    expect(files).toEqual([`${workspace}-2025-11-2.audit.jsonl`, `${workspace}-2025-12-3.audit.jsonl`]);

    const left = await log.run("audit", "--json");
    const kinds = left.out.split("\n").flatMap((line) => (line ? JSON.parse(line) : []));
    expect(kinds.map(({ kind, position }) => [kind, position])).toEqual([
      ["audit.retired", 6],
      ["action.refused", 5],
      ["action.refused", 4],
    ]);
    expect(kinds[0]).toMatchObject({
      actor: "cli:ops",
      details: { before: "2026-01", entries: "3", months: "2025-11, 2025-12", through: "3", signed: "yes" },
    });
    const verified = await log.run("audit", "verify");
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verified.out).toContain(
      "begins after entry 3 with a signed anchor: the months up to 2025-12 were retired",
    );
    // A server goes on signing, and anybody verifies the files with the public key alone.
    expect(await faults(log)).toEqual([]);
    expect((await log.run("audit", "verify")).exitCode).toBe(0);
    const key = join(log.folder, "key.pub");
    writeFileSync(key, (await log.run("audit", "verify", "--show-key")).out);
    const given = { archive: async () => Promise.reject(new Error("there is no database")) };
    const paths = files.map((name) => join(to, name));
    const alone = await log.harness.run(["audit", "verify", "--file", ...paths, "--public-key", key], {
      given,
    });
    expect(alone).toMatchObject({ exitCode: 0, err: "" });
    expect(alone.out).toContain("intact; T0DESK001 2025-11, 2 entries (1 to 2), signed");
  });

  test("goes on for months, even when everything that a checkpoint covers is retired", async () => {
    const log = await threeMonths(store);
    const retire = async (before: string) =>
      log.run("audit", "retire", "--before", before, "--output", log.folder);
    expect((await retire("2025-12")).exitCode).toBe(0);
    expect((await retire("2026-02")).out).toContain("its log begins after entry 5");
    expect(await log.run("audit", "verify")).toMatchObject({ exitCode: 0 });
    expect(await faults(log)).toEqual([]);
    expect((await retire("2026-02")).out).toBe("There are no entries from before 2026-02.\n");
    const files = readdirSync(log.folder).filter((name) => name.endsWith(".jsonl"));
    const verify = async (names: readonly string[]) =>
      log.run("audit", "verify", "--file", ...names.map((name) => join(log.folder, name)));
    expect((await verify(files)).exitCode).toBe(0);
    const gap = await verify(files.filter((name) => !name.includes("2025-12")));
    expect(gap.exitCode).toBe(10);
    expect(gap.out).toContain("entry 4 does not follow from entry 2: a file is missing");
  });

  test("shows each file that is not as it was exported", async () => {
    const log = await threeMonths(store);
    await log.run("audit", "retire", "--before", "2025-12", "--output", log.folder);
    const file = join(log.folder, `${workspace}-2025-11-2.audit.jsonl`);
    const text = readFileSync(file, "utf8");
    const lines = text.trimEnd().split("\n");
    const broken: readonly (readonly [string, string])[] = [
      [
        text.replace('"request_id":"req_2"', '"request_id":"req_7"'),
        "entry 2 (sequence 2) is not what was written",
      ],
      [[lines[0], lines[1], lines[3]].join("\n"), "its anchor names entry 2 as the last one"],
      [lines.slice(0, 3).join("\n"), "it ends without its anchor: it was cut off"],
      [text.replace('"anchor":"2025-11"', '"anchor":"2025-10"'), "its anchor is the one of another segment"],
      [text.replace(/"key":"\w+"/u, '"key":"0000"'), "its anchor is not signed by the key"],
      ["", "it ends without its anchor"],
      ["{}\n", "it is not a segment of an audit log"],
    ];
    for (const [content, words] of broken) {
      writeFileSync(file, content);
      const ran = await log.run("audit", "verify", "--file", file);
      expect(ran.exitCode).toBe(10);
      expect(ran.out).toContain(words);
    }
  });

  test("lets nobody delete what no anchor covers, or what is held", async () => {
    const log = await threeMonths(store);
    const refused = /append-only|permission denied/u;
    await expect(log.asServer("DELETE FROM audit_entries WHERE position = 1")).rejects.toThrow(refused);
    await log.run("audit", "retire", "--before", "2025-12", "--output", log.folder);
    for (const sql of ["UPDATE audit_anchors SET head = ''", "DELETE FROM audit_anchors"])
      await expect(log.asServer(sql)).rejects.toThrow(/never changed|permission denied/u);
    await expect(log.asServer("DELETE FROM audit_entries")).rejects.toThrow(refused);
  });

  test("shows entries that somebody without the key has removed", async () => {
    const log = await threeMonths(store);
    await log.run("audit", "retire", "--before", "2025-12", "--output", log.folder);
    await log.tamper(`
      INSERT INTO audit_anchors SELECT workspace_id, position, 0, hash, '{"anchor":"2025-12","at":"2026-01-01T00:00:00.000Z","count":' ||
        position || ',"first":3,"head":"' || hash || '","previous_hash":"' || previous_hash || '","sequence":' || sequence ||
        ',"workspace_id":"${workspace}"}' FROM audit_entries WHERE position = 3;
      DELETE FROM audit_entries WHERE position = 3`);
    const ran = await log.run("audit", "verify");
    expect(ran.exitCode).toBe(7);
    expect(ran.out).toContain(
      "the anchor at entry 3, up to which entries were removed, is not signed by this server's key",
    );
    expect(await faults(log)).toHaveLength(1);
    await log.run("audit", "accept", "--reason", "we removed them by hand");
    expect((await log.run("audit", "verify")).exitCode).toBe(0);
    expect(await faults(log)).toEqual([]);
  });

  test("shows entries that were put back, or removed without an anchor", async () => {
    const log = await threeMonths(store);
    await log.run("audit", "retire", "--before", "2025-12", "--output", log.folder);
    await log.tamper("DELETE FROM audit_entries WHERE position = 3");
    expect((await log.run("audit", "verify")).exitCode).toBe(4);
  });
});

describe.skipIf(missing !== undefined)("audit retire on PostgreSQL alone", () => {
  test("needs the role that owns the tables", async () => {
    const log = await threeMonths("PostgreSQL");
    const ran = await log.harness.run(["audit", "retire", "--before", "2026-01", "--output", log.folder]);
    expect(ran.err).toContain("Run this as the role that owns the tables");
    await expect(
      log.asServer(`INSERT INTO audit_anchors VALUES ('${workspace}', 3, 0, '', '')`),
    ).rejects.toThrow("permission denied");
  });

  test("says what an anchor without a signature means, and wants to be asked for it", async () => {
    const log = await threeMonths("PostgreSQL");
    delete log.harness.environment["AUDIT_SIGNING_KEY_PATH"];
    const args = ["audit", "retire", "--before", "2025-12", "--output", log.folder];
    expect((await log.run(...args)).err).toContain("There is no key to sign the anchor with");
    expect((await log.run(...args, "--unsigned")).err).toContain("The anchor is not signed");
    const file = readdirSync(log.folder).find((name) => name.endsWith(".jsonl")) ?? "";
    expect((await log.run("audit", "verify", "--file", join(log.folder, file))).exitCode).toBe(9);
  });
});
