import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { startServedCli, type ServedCli } from "./served-cli.ts";

let cli: ServedCli;
beforeEach(async () => {
  cli = await startServedCli();
});

describe("backup", () => {
  it("writes a copy that can be verified with the original's key", async () => {
    mkdirSync(join(cli.folder, "backups"));
    const copy = join(cli.folder, "backups", "copy.db");
    const ran = await cli.harness.run(["backup", copy]);
    expect(ran).toMatchObject({ exitCode: 0, err: "" });
    expect(ran.out).toBe(`${copy}: ${statSync(copy).size} bytes; checkpoints in ${copy}.checkpoints.jsonl\n`);
    cli.harness.environment["AUDIT_SIGNING_KEY_PATH"] = `${cli.path}.audit-key.pem`;
    cli.harness.environment["DATABASE_PATH"] = copy;
    expect((await cli.harness.run(["audit", "verify"])).out).toContain(
      "intact; 3 entries, matches the checkpoint at entry 3",
    );
  });

  it("overwrites nothing", async () => {
    const ran = await cli.harness.run(["backup", cli.path]);
    expect(ran).toMatchObject({ exitCode: 1, out: "" });
    expect(ran.err).toContain("is there already; a backup overwrites nothing");
  });
});
