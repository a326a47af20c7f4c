import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { newFile } from "../../src/cli/new-file.ts";
import { workspace } from "./cli-harness.ts";
import { event, startServedCli, type ServedCli } from "./served-cli.ts";

let cli: ServedCli;
beforeEach(async () => {
  cli = await startServedCli();
});

describe("audit export", () => {
  const exported = async (...args: string[]) => cli.harness.run(["audit", "export", ...args]);

  it("records itself before the first byte, and does not contain that entry", async () => {
    const { audit } = cli.harness.infra().store.workspace(workspace);
    const ran = await exported("--format", "jsonl", "--number", "num_2");
    const lines = ran.out
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ requestId: "req_2", actor: `U2@${workspace}`, position: 2 }),
    ]);
    const [newest] = await audit.entries({ limit: 1 });
    expect(newest).toMatchObject({
      kind: "audit.exported",
      actor: { kind: "cli", osUser: "ops" },
      reason: "as jsonl: number num_2",
    });
  });

  it("exports nothing if it cannot be recorded", async () => {
    const db = openFile(cli.path);
    db.exec("CREATE TRIGGER no BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END");
    db.close();
    const file = join(cli.folder, "out.csv");
    const ran = await exported("--format", "csv");
    expect([ran.exitCode, ran.out]).toEqual([1, ""]);
    expect((await exported("--format", "csv", "--output", file)).exitCode).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    [
      ["--person", "U1"],
      ["req_1", "req_3"],
    ],
    [["--person", `U2@${workspace}`], ["req_2"]],
    [["--person", "U"], []],
    [
      ["--kind", "rename"],
      ["req_1", "req_2", "req_3"],
    ],
    [["--kind", "change.outcome"], []],
    [["--since", "2020-01-01", "--until", "2020-01-02"], []],
    [
      ["--since", "2020-01-01"],
      ["req_1", "req_2", "req_3"],
    ],
    [["--workspace", workspace, "--number", "+14155550103"], ["req_3"]],
  ])("filters by %j", async (args, ids) => {
    const { out } = await exported("--format", "jsonl", ...args);
    const lines = out.split("\n").filter(Boolean);
    expect(lines.map((line) => JSON.parse(line).requestId)).toEqual(ids);
  });

  it("exports and records nothing for an unknown workspace", async () => {
    const ran = await exported("--format", "jsonl", "--workspace", "T0DESK00I");
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("Patchbay does not know the workspace T0DESK00I");
    expect(await cli.harness.infra().store.workspaceIds()).toEqual([workspace]);
  });

  it("waits for a slow reader instead of filling the memory", async () => {
    const reason = "x".repeat(30_000);
    const { audit } = cli.harness.infra().store.workspace(workspace);
    for (const n of [4, 5, 6, 7, 8, 9]) await audit.append(event(n, { reason }));
    let waiting = 0;
    let pieces = 0;
    const out = {
      isTTY: false,
      err: () => {},
      out: () => {
        expect(waiting).toBe(0);
        waiting += 1;
        pieces += 1;
      },
      drained: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        waiting -= 1;
      },
    };
    expect(
      (await cli.harness.run(["audit", "export", "--format", "jsonl"], { given: { out } })).exitCode,
    ).toBe(0);
    expect([pieces, waiting]).toEqual([2, 0]);
  });

  it("writes a new file that only its owner can read, and overwrites none", async () => {
    const file = join(cli.folder, "audit.csv");
    expect(await exported("--format", "csv", "--output", file)).toMatchObject({ exitCode: 0, out: "" });
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    const rows = readFileSync(file, "utf8").split("\r\n");
    expect(rows).toHaveLength(5);
    expect(rows[1]).toContain(`"'+14155550101","'=HYPERLINK(""x"")"`);
    chmodSync(file, 0o600);
    const again = await exported("--format", "csv", "--output", file);
    expect([again.exitCode, readFileSync(file, "utf8").split("\r\n")]).toEqual([1, rows]);
  });

  // C2
  it("leaves no partial file if it cannot finish", async () => {
    const file = join(cli.folder, "audit.csv");
    const whole = newFile(file);
    whole.write("a part");
    expect(existsSync(file)).toBe(false);
    whole.discard();
    expect(readdirSync(cli.folder).filter((name) => name.startsWith("audit.csv"))).toEqual([]);
    const late = newFile(file);
    late.write("a part");
    writeFileSync(file, "somebody else's");
    expect(() => late.finish()).toThrow("is there already");
    late.discard();
    expect(readFileSync(file, "utf8")).toBe("somebody else's");
    expect(readdirSync(cli.folder).filter((name) => name.startsWith("audit.csv"))).toEqual(["audit.csv"]);
  });

  // C2
  it("leaves no file if it fails after the first part", async () => {
    const { audit } = cli.harness.infra().store.workspace(workspace);
    for (const n of [4, 5, 6, 7]) await audit.append(event(n, { reason: "x".repeat(30_000) }));
    cli.tamper("UPDATE audit_entries SET actor = '{' WHERE request_id = 'req_7'");
    const { exitCode } = await exported("--format", "jsonl", "--output", join(cli.folder, "audit.jsonl"));
    expect(exitCode).not.toBe(0);
    expect(readdirSync(cli.folder).filter((name) => name.includes("audit.jsonl"))).toEqual([]);
  });

  // C6
  it("starts CSV with a byte order mark in a file or a pipe, but not on a terminal", async () => {
    const file = join(cli.folder, "audit.csv");
    await exported("--format", "csv", "--output", file);
    expect([...readFileSync(file).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect((await exported("--format", "csv")).out.startsWith('\uFEFF"time"')).toBe(true);
    expect((await exported("--format", "jsonl")).out.startsWith("{")).toBe(true);
    const shown = await cli.harness.run(["audit", "export", "--format", "csv"], { isTTY: true });
    expect(shown.out.startsWith('"time"')).toBe(true);
  });

  // A19
  it.each(["csv", "jsonl", "ocsf"])(
    "escapes what moves a terminal's cursor in %s, and only there",
    async (format) => {
      const evil = "\u001B[2J \u009B2J \u202Eabc\u2066 \u2028 \u007F \r x";
      await cli.harness
        .infra()
        .store.workspace(workspace)
        .audit.append(event(8, { reason: evil, number: { connectionId: "c", numberId: evil } }));
      const shown = await cli.harness.run(["audit", "export", "--format", format], { isTTY: true });
      expect(shown.out).not.toMatch(/[^\P{C}\r\n]|\p{Zl}|\r(?!\n)/u);
      expect(shown.out).toContain("u001b[2J");
      expect(shown.out).toContain("\\u202eabc");
      const piped = await exported("--format", format);
      expect(piped.out).toContain("\u009B2J");
    },
  );

  it("writes events of OCSF's API Activity", async () => {
    const { out } = await exported("--format", "ocsf");
    const [first] = out.split("\n").map((line) => JSON.parse(line || "{}"));
    expect(first).toMatchObject({ class_uid: 6003, metadata: { version: "1.3.0", tenant_uid: workspace } });
  });

  it("refuses an unknown format", async () => {
    expect((await exported()).exitCode).toBe(1);
    expect((await exported("--format", "xml")).err).toContain("csv, jsonl, ocsf");
  });
});
