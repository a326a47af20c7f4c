import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { openInfrastructure } from "../../src/infrastructure.ts";
import { readConfig } from "../../src/config.ts";
import { leaveOut } from "../sqlite/audit/tampering.ts";
import { workspace } from "./cli-harness.ts";
import { event, startServedCli, type ServedCli } from "./served-cli.ts";

let cli: ServedCli;
beforeEach(async () => {
  cli = await startServedCli();
});

describe("audit verify", () => {
  it("says that the log is intact and which checkpoints confirm it, without credential keys", async () => {
    delete cli.harness.environment["CREDENTIAL_KEYS"];
    const ran = await cli.harness.run(["audit", "verify"]);
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
      await cli.serve(0);
      const infra = openInfrastructure(readConfig(cli.harness.environment, "database"), { lock: false });
      await infra.store.workspace(workspace).audit.append(more);
      await infra.close();
      cli.tamper(
        "UPDATE audit_heads SET hash = previous FROM (SELECT previous_hash AS previous FROM audit_entries WHERE position = 4)",
      );
    } else cli.tamper(sql);
    const ran = await cli.harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.out).toContain(`T0DESK001: ${verdict};`);
    expect(ran.out).toContain(words);
  });

  it("exits with 7 if a checkpoint was not signed by the key, and names the line", async () => {
    const file = `${cli.path}.checkpoints.jsonl`;
    writeFileSync(file, readFileSync(file, "utf8").replace('"count":3', '"count":2'));
    const ran = await cli.harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(7);
    expect(ran.out).toContain(
      "checkpoint forged: line 1 of the checkpoints does not have the signature that it needs",
    );
  });

  // A12
  it("exits with 9 if the log is intact but unconfirmed, and with 0 once that is accepted", async () => {
    rmSync(`${cli.path}.checkpoints.jsonl`);
    const ran = await cli.harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(9);
    expect(ran.out).toBe("T0DESK001: intact; 3 entries, no checkpoint covers them\n");
    expect((await cli.harness.run(["doctor"])).out).toContain(
      "FAIL  audit log: there are entries and a key, and no checkpoint;",
    );
    expect((await cli.harness.run(["audit", "accept"])).exitCode).toBe(1);
    expect((await cli.harness.run(["audit", "accept", "--reason", " "])).err).toContain(
      "Nothing was accepted",
    );
    const accepted = await cli.harness.run(["audit", "accept", "--reason", "the disk was exchanged"]);
    expect(accepted).toMatchObject({
      exitCode: 0,
      out: "accepted: there are entries and a key, and no checkpoint\n",
    });
    const again = await cli.harness.run(["audit", "verify"]);
    expect(again.exitCode).toBe(0);
    expect(again.out).toMatch(/^T0DESK001: intact; 4 entries, matches the checkpoint at entry 4 /u);
    expect((await cli.harness.run(["audit", "--limit", "1"])).out).toContain('"kind":"checkpoints.accepted"');
    expect((await cli.harness.run(["audit", "accept", "--reason", "x"])).out).toContain("Nothing to accept");
  });

  // O4
  it("exits with 8 if an index hides an entry, which doctor and backup report and an export includes", async () => {
    const db = openFile(cli.path);
    leaveOut(db, "audit_by_workspace", "sequence = 2");
    db.close();
    const hidden = "entry 2 (sequence 2) is not in the index audit_by_workspace";
    const ran = await cli.harness.run(["audit", "verify"]);
    expect(ran.exitCode).toBe(8);
    expect(ran.out).toContain(`not all shown: ${hidden}`);
    const doctor = await cli.harness.run(["doctor"]);
    expect([doctor.exitCode, doctor.out]).toEqual([
      1,
      expect.stringContaining(`FAIL  database: may hide rows: ${hidden}`),
    ]);
    const backup = await cli.harness.run(["backup", join(cli.folder, "copy.db")]);
    expect([backup.exitCode, backup.err]).toEqual([1, expect.stringContaining(hidden)]);
    expect(existsSync(join(cli.folder, "copy.db"))).toBe(true);
    const exported = await cli.harness.run(["audit", "export", "--format", "jsonl"]);
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
    const key = join(cli.folder, "kept.pub");
    const kept = join(cli.folder, "kept.jsonl");
    const shown = await cli.harness.run(["audit", "verify", "--show-key"]);
    expect(shown.out).toMatch(/^-----BEGIN PUBLIC KEY-----\n.+\n-----END PUBLIC KEY-----\n$/u);
    writeFileSync(key, shown.out);
    writeFileSync(kept, readFileSync(`${cli.path}.checkpoints.jsonl`));
    writeFileSync(`${cli.path}.checkpoints.jsonl`, "");
    cli.tamper(
      "DELETE FROM audit_entries WHERE position = 3; DROP TRIGGER audit_head_never_deleted; DELETE FROM audit_heads",
    );
    const args = ["audit", "verify", "--public-key", key, "--checkpoints", kept, "--json"];
    const ran = await cli.harness.run(args);
    expect(ran.exitCode).toBe(5);
    expect(JSON.parse(ran.out.trim().split("\n").at(-1) ?? "")).toMatchObject({
      workspaceId: workspace,
      verdict: "cut",
      findings: [{ position: 2 }],
    });
  });

  it("accepts text copied from a channel, and reports a log that does not match as rewritten", async () => {
    const pasted = join(cli.folder, "from-channel.txt");
    const words = "Audit log checkpoint. patchbay audit verify compares the log with it.";
    const line = readFileSync(`${cli.path}.checkpoints.jsonl`, "utf8").trim();
    writeFileSync(pasted, `Patchbay APP  3:02 AM\n\`\`\`${line}\`\`\`\n${words}\n`);
    const args = ["audit", "verify", "--checkpoints", pasted];
    expect((await cli.harness.run(args)).out).toContain(
      "intact; 3 entries, matches the checkpoint at entry 3",
    );
    // Somebody replaces the database with another one that has a consistent log.
    for (const end of ["", "-wal", "-shm"]) rmSync(`${cli.path}${end}`, { force: true });
    const { audit } = cli.harness.infra().store.workspace(workspace);
    for (let n = 1; n <= 3; n += 1) await audit.append(event(n, { reason: "another story" }));
    const ran = await cli.harness.run(args);
    expect(ran.exitCode).toBe(6);
    expect(ran.out).toContain(": rewritten;");
  });

  it("refuses a file without a checkpoint", async () => {
    const pasted = join(cli.folder, "from-channel.txt");
    writeFileSync(pasted, "Patchbay APP  3:02 AM\n");
    const ran = await cli.harness.run(["audit", "verify", "--checkpoints", pasted]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("contains no checkpoint");
  });

  it("names a missing file", async () => {
    const ran = await cli.harness.run(["audit", "verify", "--checkpoints", join(cli.folder, "none")]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("no such file");
  });

  it("reads one workspace, named before or after the verb", async () => {
    const ran = await cli.harness.run(["audit", "verify", "--workspace", "T0OTHER01"]);
    expect(ran.out).toBe("T0OTHER01: intact; 0 entries, no checkpoint covers them\n");
  });

  it("lists the exit codes in its help", async () => {
    expect((await cli.harness.run(["audit", "verify", "--help"])).out).toMatch(
      /0 {2}intact[\s\S]*7 {2}checkpoint forged/u,
    );
  });
});
