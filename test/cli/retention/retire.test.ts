import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { missing } from "../../postgres/support.ts";
import { noon, workspace } from "../cli-harness.ts";
import { keptLog, plainEvent, type KeptLog, type Store } from "./kept-log.ts";

const stores: readonly Store[] = missing === undefined ? ["SQLite", "PostgreSQL"] : ["SQLite"];

/** Entries of November, December and January, each month signed by a server that ended. */
async function threeMonths(store: Store): Promise<KeptLog> {
  const log = await keptLog(store);
  await log.record("2025-11-30T23:59:00.000Z", plainEvent(1), plainEvent(2));
  await log.record("2025-12-31T23:00:00.000Z", plainEvent(3));
  await log.record("2026-01-01T00:00:00.000Z", plainEvent(4), plainEvent(5));
  return log;
}

const faults = async (log: KeptLog) =>
  log.serve(noon.toISOString(), async ({ checkpoints, store }) => {
    await store.workspace(workspace).audit.append(plainEvent(90));
    await checkpoints?.makeDue();
    return checkpoints?.faults();
  });

const changed = (n: number, more: Partial<AuditEvent> = {}): AuditEvent =>
  plainEvent(n, {
    kind: "change.requested",
    changeId: `chg_${n}`,
    change: "reassign",
    number: { connectionId: "con_1", numberId: "num_1" },
    wanted: { agent: "a" },
    ...more,
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

  test("goes on for months, also when everything that a checkpoint covers is retired", async () => {
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

  test.each([
    ["a change whose outcome is not known", [changed(7)], "1 change without a known outcome"],
    [
      "a break-glass change that nobody has reviewed",
      [
        changed(7, { details: { breakGlass: "yes" } }),
        changed(7, { kind: "change.outcome", outcome: "applied" }),
      ],
      "1 break-glass change that no admin has reviewed",
    ],
  ])("refuses while there is %s", async (_, events, words) => {
    const log = await keptLog(store);
    await log.record("2025-12-01T00:00:00.000Z", ...events);
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain(words);
    expect(ran.err).toContain("Nothing was exported or removed.");
    expect(readdirSync(log.folder).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
  });

  test("refuses while something open needs the entries, and says what", async () => {
    const log = await threeMonths(store);
    const who = `'U1@${workspace}', '2025-11-20T00:00:00.000Z'`;
    await log.asServer(`
      INSERT INTO incidents (workspace_id, key, started_by, started_at) VALUES ('${workspace}', 'INC-1', ${who});
      INSERT INTO runs (workspace_id, id, kind, state, by, made_at, terms, status)
        VALUES ('${workspace}', 'run_1', 'failover', 'held', ${who}, '{}', '{}');
      INSERT INTO approvals (workspace_id, id, state, asked, expires_at, messages)
        VALUES ('${workspace}', 'apr_1', 'open', '{"at":"2025-12-01T00:00:00.000Z"}', '2099', '[]');
      INSERT INTO announced VALUES ('${workspace}', 1)`);
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    for (const words of [
      "1 open incident",
      "1 run that did not end",
      "1 request for approval",
      "entries that were not announced yet",
    ])
      expect(ran.out).toContain(`not now: Still needed by ${words}`);
  });

  test("refuses under a legal hold, which is recorded and shown", async () => {
    const log = await threeMonths(store);
    const inWorkspace = ["--workspace", workspace];
    expect((await log.run("audit", "hold", "on", ...inWorkspace)).err).toContain("Say why with --because.");
    expect((await log.run("audit", "hold", "on", "--because", "x")).err).toContain("Name the workspace");
    expect((await log.run("audit", "hold", "on", "-w", "T0OTHER", "--because", "x")).err).toContain(
      "does not know",
    );
    expect((await log.run("audit", "hold", "off", ...inWorkspace, "--because", "x")).err).toContain(
      "no legal hold",
    );
    await log.run("audit", "hold", "on", ...inWorkspace, "--because", "case 4711");
    expect((await log.run("audit", "hold")).out).toContain("by cli:ops: case 4711");
    const ran = await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder);
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain("It has been under a legal hold");
    expect((await log.run("audit", "verify")).out).toContain("  under a legal hold\n");
    expect((await log.run("doctor")).out).toContain("case 4711");
    expect((await log.run("audit", "hold", "off", ...inWorkspace, "--because", "closed")).exitCode).toBe(0);
    const kinds = (await log.run("audit", "--json")).out.match(/"kind":"hold\.\w+"/gu);
    expect(kinds).toEqual(['"kind":"hold.lifted"', '"kind":"hold.set"']);
    expect((await log.run("audit", "retire", "--before", "2026-01", "--output", log.folder)).exitCode).toBe(
      0,
    );
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

  test("takes no month that is not over, and no workspace that is unknown", async () => {
    const log = await threeMonths(store);
    const retire = async (...args: string[]) => log.run("audit", "retire", "--output", log.folder, ...args);
    for (const month of ["2026-13", "2026", "2026-01-01", "soon"])
      expect(await retire("--before", month)).toMatchObject({ exitCode: 1 });
    expect((await retire("--before", "2026-09")).err).toContain("The month before 2026-09 is not over");
    expect((await retire("--before", "2026-01", "-w", "T0OTHER")).err).toContain(
      "does not know the workspace",
    );
    expect((await retire("--before", "2026-01", "--dry-run")).out).toContain("3 entries");
    expect((await log.run("audit", "verify")).out).toContain("5 entries");
  });

  test("removes nothing if the disk is full, or a file of that name holds something else", async () => {
    const log = await threeMonths(store);
    const args = ["audit", "retire", "--before", "2026-01", "--output", log.folder];
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { syscall: "write" });
    const deps = log.harness.deps();
    const openInfrastructure: typeof deps.openInfrastructure = async (options) => {
      const infra = await deps.openInfrastructure(options);
      return {
        ...infra,
        retention: {
          ...infra.retention,
          plan: async (...asked) => ({ ...(await planOf(...asked)), obstacles: [] }),
          async *lines(...asked) {
            yield* infra.retention.lines(...asked);
            throw full;
          },
        },
      };
      async function planOf(...asked: Parameters<typeof infra.retention.plan>) {
        return infra.retention.plan(...asked);
      }
    };
    const ran =
      store === "SQLite" ? await log.harness.run(args, { given: { openInfrastructure } }) : undefined;
    if (ran)
      expect(ran.err).toContain(
        "left no partial file: ENOSPC: no space left on device, write. Nothing was removed.",
      );
    const file = join(log.folder, `${workspace}-2025-12-3.audit.jsonl`);
    writeFileSync(file, "something else\n");
    expect((await log.run(...args)).err).toContain(
      "is not what was to be exported: it is not a segment of an audit log",
    );
    expect((await log.run("audit", "verify")).out).toContain("5 entries");
    renameSync(file, `${file}.old`);
    expect((await log.run(...args)).exitCode).toBe(0);
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
