import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { openInfrastructure } from "../../src/infrastructure.ts";
import { readConfig } from "../../src/config.ts";
import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";
import { newFile } from "../../src/cli/new-file.ts";
import { leaveOut } from "../sqlite/audit/tampering.ts";
import { startCliHarness, workspace, type CliHarness } from "./cli-harness.ts";

let harness: CliHarness;
let path: string;
let folder: string;
beforeEach(async () => {
  harness = await startCliHarness();
  path = harness.environment["DATABASE_PATH"] ?? "";
  folder = join(path, "..");
  await serve(3);
});

const event = (n: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: "change.requested",
  actor: { kind: "user", userId: n % 2 ? "U1" : "U2", workspaceId: workspace },
  requestId: `req_${n}`,
  changeId: `chg_${n}`,
  change: "rename",
  number: { connectionId: "con_1", numberId: `num_${n}`, e164: `+1415555010${n}`, name: '=HYPERLINK("x")' },
  wanted: { name: "Main" },
  ...more,
});

/** What a server leaves behind: entries, a key, and a checkpoint of them. */
async function serve(entries: number): Promise<void> {
  const infra = openInfrastructure(readConfig(harness.environment, "database"), { lock: true });
  for (let n = 1; n <= entries; n += 1) await infra.store.workspace(workspace).audit.append(event(n));
  await infra.checkpoints?.makeDue();
  await infra.close();
}

function tamper(sql: string): void {
  const db = openFile(path);
  for (const name of ["audit_never_updated", "audit_never_deleted", "audit_head_moves_on"])
    db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  db.close();
}

describe("audit verify", () => {
  it("says that the log is intact and which checkpoints confirm it, without credential keys", async () => {
    delete harness.environment["CREDENTIAL_KEYS"];
    const ran = await harness.run(["audit", "verify"]);
    expect(ran).toMatchObject({ exitCode: 0, err: "" });
    expect(ran.out).toMatch(
      /^T0DESK001: intact; 3 entries, matches the checkpoint at entry 3 \(20\d\d-.*Z\)\n$/u,
    );
  });

  it.each([
    [
      3,
      "UPDATE audit_entries SET reason = 'x' WHERE position = 2",
      "altered",
      "entry 2 (sequence 2) is not what was written",
    ],
    [
      4,
      "DELETE FROM audit_entries WHERE position = 2",
      "entry missing",
      "after entry 1, 1 entry is missing, before sequence 3",
    ],
    [5, "DELETE FROM audit_entries WHERE position > 1", "tail cut", "entries 2 to 3 are cut off the end"],
    [6, "UPDATE audit_heads SET position = 4", "rewritten", ""],
  ])("exits with %i after %s", async (exitCode, sql, verdict, words) => {
    if (exitCode === 6) {
      const { changeId: _changeId, ...more } = event(9, { kind: "action.refused" });
      await serve(0);
      const infra = openInfrastructure(readConfig(harness.environment, "database"), { lock: false });
      await infra.store.workspace(workspace).audit.append(more);
      await infra.close();
      tamper(
        "UPDATE audit_heads SET hash = previous FROM (SELECT previous_hash AS previous FROM audit_entries WHERE position = 4)",
      );
    } else tamper(sql);
    const ran = await harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.out).toContain(`T0DESK001: ${verdict};`);
    expect(ran.out).toContain(words);
  });

  it("exits with 7 if a checkpoint was not signed by the key, and names the line", async () => {
    const file = `${path}.checkpoints.jsonl`;
    writeFileSync(file, readFileSync(file, "utf8").replace('"count":3', '"count":2'));
    const ran = await harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(7);
    expect(ran.out).toContain(
      "checkpoint forged: line 1 of the checkpoints does not have the signature that it needs",
    );
  });

  // A12
  it("exits with 9 if the log is intact but unconfirmed, and with 0 once that is accepted", async () => {
    rmSync(`${path}.checkpoints.jsonl`);
    const ran = await harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(9);
    expect(ran.out).toBe("T0DESK001: intact; 3 entries, no checkpoint covers them\n");
    expect((await harness.run(["doctor"])).out).toContain(
      "FAIL  audit log: there are entries and a key, and no checkpoint;",
    );
    expect((await harness.run(["audit", "accept"])).exitCode).toBe(1);
    expect((await harness.run(["audit", "accept", "--reason", " "])).err).toContain("Nothing was accepted");
    const accepted = await harness.run(["audit", "accept", "--reason", "the disk was exchanged"]);
    expect(accepted).toMatchObject({
      exitCode: 0,
      out: "accepted: there are entries and a key, and no checkpoint\n",
    });
    const again = await harness.run(["audit", "verify"]);
    expect(again.exitCode).toBe(0);
    expect(again.out).toMatch(/^T0DESK001: intact; 4 entries, matches the checkpoint at entry 4 /u);
    expect((await harness.run(["audit", "--limit", "1"])).out).toContain('"kind":"checkpoints.accepted"');
    expect((await harness.run(["audit", "accept", "--reason", "x"])).out).toContain("Nothing to accept");
  });

  // O4
  it("exits with 8 if an index hides an entry, which doctor and backup report and an export includes", async () => {
    const db = openFile(path);
    leaveOut(db, "audit_by_workspace", "sequence = 2");
    db.close();
    const hidden = "entry 2 (sequence 2) is not in the index audit_by_workspace";
    const ran = await harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(8);
    expect(ran.out).toContain(`not all shown: ${hidden}`);
    const doctor = await harness.run(["doctor"]);
    expect([doctor.exitCode, doctor.out]).toEqual([
      1,
      expect.stringContaining(`FAIL  database: may hide rows: ${hidden}`),
    ]);
    const backup = await harness.run(["backup", join(folder, "copy.db")]);
    expect([backup.exitCode, backup.err]).toEqual([1, expect.stringContaining(hidden)]);
    expect(existsSync(join(folder, "copy.db"))).toBe(true);
    const exported = await harness.run(["audit", "export", "--format", "jsonl"]);
    expect(exported.exitCode).toBe(0);
    expect(exported.err).toContain(hidden);
    expect(
      exported.out
        .trim()
        .split("\n")
        .map((line) => Number(JSON.parse(line).position)),
    ).toEqual([1, 2, 3]);
  });

  it("accepts a public key and checkpoints that were stored elsewhere", async () => {
    const key = join(folder, "kept.pub");
    const kept = join(folder, "kept.jsonl");
    const shown = await harness.run(["audit", "verify", "--show-key"]);
    expect(shown.out).toMatch(/^-----BEGIN PUBLIC KEY-----\n.+\n-----END PUBLIC KEY-----\n$/u);
    writeFileSync(key, shown.out);
    writeFileSync(kept, readFileSync(`${path}.checkpoints.jsonl`));
    writeFileSync(`${path}.checkpoints.jsonl`, "");
    tamper(
      "DELETE FROM audit_entries WHERE position = 3; DROP TRIGGER audit_head_never_deleted; DELETE FROM audit_heads",
    );
    const args = ["audit", "verify", "--public-key", key, "--checkpoints", kept, "--json"];
    const ran = await harness.run(args);
    expect(ran.exitCode).toBe(5);
    expect(JSON.parse(ran.out.trim().split("\n").at(-1) ?? "")).toMatchObject({
      workspaceId: workspace,
      verdict: "cut",
      findings: [{ position: 2 }],
    });
  });

  it("accepts text copied from a channel, and reports a log that does not match as rewritten", async () => {
    const pasted = join(folder, "from-channel.txt");
    const words = "Audit log checkpoint. patchbay audit verify compares the log with it.";
    const line = readFileSync(`${path}.checkpoints.jsonl`, "utf8").trim();
    writeFileSync(pasted, `Patchbay APP  3:02 AM\n\`\`\`${line}\`\`\`\n${words}\n`);
    const args = ["audit", "verify", "--checkpoints", pasted];
    expect((await harness.run(args)).out).toContain("intact; 3 entries, matches the checkpoint at entry 3");
    // Somebody replaces the database with another one that has a consistent log.
    for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
    const { audit } = harness.infra().store.workspace(workspace);
    for (let n = 1; n <= 3; n += 1) await audit.append(event(n, { reason: "another story" }));
    const ran = await harness.run(args);
    expect(ran.exitCode).toBe(6);
    expect(ran.out).toContain(": rewritten;");
  });

  it("refuses a file without a checkpoint", async () => {
    const pasted = join(folder, "from-channel.txt");
    writeFileSync(pasted, "Patchbay APP  3:02 AM\n");
    const ran = await harness.run(["audit", "verify", "--checkpoints", pasted]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("contains no checkpoint");
  });

  it("names a missing file", async () => {
    const ran = await harness.run(["audit", "verify", "--checkpoints", join(folder, "none")]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("no such file");
  });

  it("reads one workspace, named before or after the verb", async () => {
    const ran = await harness.run(["audit", "verify", "--workspace", "T0OTHER01"]);
    expect(ran.out).toBe("T0OTHER01: intact; 0 entries, no checkpoint covers them\n");
  });

  it("lists the exit codes in its help", async () => {
    expect((await harness.run(["audit", "verify", "--help"])).out).toMatch(
      /0 {2}intact[\s\S]*7 {2}checkpoint forged/u,
    );
  });
});

describe("audit export", () => {
  const exported = async (...args: string[]) => harness.run(["audit", "export", ...args]);

  it("records itself before the first byte, and does not contain that entry", async () => {
    const { audit } = harness.infra().store.workspace(workspace);
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
    const db = openFile(path);
    db.exec("CREATE TRIGGER no BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END");
    db.close();
    const file = join(folder, "out.csv");
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
    expect(await harness.infra().store.workspaceIds()).toEqual([workspace]);
  });

  it("waits for a slow reader instead of filling the memory", async () => {
    const reason = "x".repeat(30_000);
    const { audit } = harness.infra().store.workspace(workspace);
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
    expect((await harness.run(["audit", "export", "--format", "jsonl"], { given: { out } })).exitCode).toBe(
      0,
    );
    expect([pieces, waiting]).toEqual([2, 0]);
  });

  it("writes a new file that only its owner can read, and overwrites none", async () => {
    const file = join(folder, "audit.csv");
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
    const file = join(folder, "audit.csv");
    const whole = newFile(file);
    whole.write("a part");
    expect(existsSync(file)).toBe(false);
    whole.discard();
    expect(readdirSync(folder).filter((name) => name.startsWith("audit.csv"))).toEqual([]);
    const late = newFile(file);
    late.write("a part");
    writeFileSync(file, "somebody else's");
    expect(() => late.finish()).toThrow("is there already");
    late.discard();
    expect(readFileSync(file, "utf8")).toBe("somebody else's");
    expect(readdirSync(folder).filter((name) => name.startsWith("audit.csv"))).toEqual(["audit.csv"]);
  });

  // C2
  it("leaves no file if it fails after the first part", async () => {
    const { audit } = harness.infra().store.workspace(workspace);
    for (const n of [4, 5, 6, 7]) await audit.append(event(n, { reason: "x".repeat(30_000) }));
    tamper("UPDATE audit_entries SET actor = '{' WHERE request_id = 'req_7'");
    const { exitCode } = await exported("--format", "jsonl", "--output", join(folder, "audit.jsonl"));
    expect(exitCode).not.toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes("audit.jsonl"))).toEqual([]);
  });

  // C6
  it("starts CSV with a byte order mark in a file or a pipe, but not on a terminal", async () => {
    const file = join(folder, "audit.csv");
    await exported("--format", "csv", "--output", file);
    expect([...readFileSync(file).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect((await exported("--format", "csv")).out.startsWith('\uFEFF"time"')).toBe(true);
    expect((await exported("--format", "jsonl")).out.startsWith("{")).toBe(true);
    const shown = await harness.run(["audit", "export", "--format", "csv"], { isTTY: true });
    expect(shown.out.startsWith('"time"')).toBe(true);
  });

  // A19
  it.each(["csv", "jsonl", "ocsf"])(
    "escapes what moves a terminal's cursor in %s, and only there",
    async (format) => {
      const evil = "\u001B[2J \u009B2J \u202Eabc\u2066 \u2028 \u007F \r x";
      await harness
        .infra()
        .store.workspace(workspace)
        .audit.append(event(8, { reason: evil, number: { connectionId: "c", numberId: evil } }));
      const shown = await harness.run(["audit", "export", "--format", format], { isTTY: true });
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

describe("backup", () => {
  it("writes a copy that can be verified with the original's key", async () => {
    mkdirSync(join(folder, "backups"));
    const copy = join(folder, "backups", "copy.db");
    const ran = await harness.run(["backup", copy]);
    expect(ran).toMatchObject({ exitCode: 0, err: "" });
    expect(ran.out).toBe(`${copy}: ${statSync(copy).size} bytes; checkpoints in ${copy}.checkpoints.jsonl\n`);
    harness.environment["AUDIT_SIGNING_KEY_PATH"] = `${path}.audit-key.pem`;
    harness.environment["DATABASE_PATH"] = copy;
    expect((await harness.run(["audit", "verify"])).out).toContain(
      "intact; 3 entries, matches the checkpoint at entry 3",
    );
  });

  it("overwrites nothing", async () => {
    const ran = await harness.run(["backup", path]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("is there already; a backup overwrites nothing");
  });
});
