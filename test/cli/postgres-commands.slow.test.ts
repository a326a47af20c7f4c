import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { commandLine } from "../../src/cli/program.ts";
import { newKey } from "../postgres/audit/signed-log.ts";
import { missing, skipped, testPostgres } from "../postgres/support.ts";
import { temporaryFolder } from "../sqlite/support.ts";
import { startCliHarness } from "./cli-harness.ts";
import { type Prepared, type Row } from "./postgres-rows.ts";
import { commandRows } from "./postgres-command-rows.ts";

async function prepared(): Promise<Prepared> {
  const { owner: ownerUrl, app } = await testPostgres();
  const harness = await startCliHarness();
  const folder = temporaryFolder();
  const keyPath = join(folder, "audit-key.pem");
  writeFileSync(keyPath, newKey(), { mode: 0o600 });
  Object.assign(harness.environment, {
    DATABASE_PATH: "",
    DATABASE_URL: app,
    AUDIT_SIGNING_KEY_PATH: keyPath,
  });
  await harness.connect("Prod");
  await harness.run(["audit", "accept", "--reason", "the first start"]);
  return { harness, ownerUrl, folder };
}

/** Where PostgreSQL's own programs are, if they are here. */
const bin = [17, 16, 15].map((n) => `/usr/lib/postgresql/${n}/bin`).find((path) => existsSync(path));

function namesOf(command: Command, before = ""): readonly string[] {
  return command.commands.flatMap((one) => {
    const name = `${before}${one.name()}`;
    return [name, ...namesOf(one, `${name} `)];
  });
}

async function answered(given: Prepared, { run }: Row) {
  const { exitCode, out, err } = await run(given);
  return { exitCode, said: exitCode === 0 ? out : err };
}

const answerOf = ({ exitCode, out }: Row): unknown => ({ exitCode, said: expect.stringMatching(out) });

describe.skipIf(missing !== undefined)(`every command on PostgreSQL${skipped}`, () => {
  test.each(Object.entries(commandRows).filter(([, { onlyReads }]) => !onlyReads))(
    "%s",
    async (_name, row) => {
      expect(await answered(await prepared(), row)).toEqual(answerOf(row));
    },
  );

  test("those that change nothing, one after the other", async () => {
    const given = await prepared();
    const readers = Object.entries(commandRows).filter(([, { onlyReads }]) => onlyReads);
    const answers = new Map<string, unknown>();
    for (const [name, row] of readers) answers.set(name, await answered(given, row));
    expect(answers).toEqual(new Map(readers.map(([name, row]) => [name, answerOf(row)])));
  });

  const noTools = bin === undefined ? " (skipped: there is no pg_dump)" : "";
  test.skipIf(bin === undefined)(
    `a dump that was restored verifies, with the public key${noTools}`,
    async () => {
      const { harness, ownerUrl, folder } = await prepared();
      const publicKey = join(folder, "audit-key.pub");
      writeFileSync(publicKey, (await harness.run(["audit", "verify", "--show-key"])).out);
      const dump = execFileSync(join(bin ?? "", "pg_dump"), [ownerUrl], { encoding: "utf8" });
      const copy = await testPostgres({ isMigrated: false });
      execFileSync(join(bin ?? "", "psql"), ["--quiet", "--set=ON_ERROR_STOP=1", copy.owner], {
        input: dump,
      });
      harness.environment["DATABASE_URL"] = copy.owner;
      delete harness.environment["AUDIT_SIGNING_KEY_PATH"];
      const verified = await harness.run(["audit", "verify", "--public-key", publicKey]);
      expect(verified.out).toMatch(/^T0DESK001: intact; 2 entries, matches the checkpoint at entry 2 /u);
      expect(verified.exitCode).toBe(0);
      expect(await harness.run(["audit", "verify"])).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining(
          "Set AUDIT_SIGNING_KEY_PATH, or give their public key with --public-key.",
        ),
      });
      expect((await harness.run(["doctor"])).out).toContain(
        "warn  audit log: nothing signs it: AUDIT_SIGNING_KEY_PATH is not set",
      );
      expect((await harness.run(["audit", "accept", "--reason", "x"])).err).toContain(
        "Nothing signs this audit log.",
      );
    },
  );
});

test("the table has a row for every command", async () => {
  const harness = await startCliHarness();
  const commands = namesOf(commandLine(harness.deps()));
  expect(Object.keys(commandRows).toSorted()).toEqual(commands.filter((name) => name !== "help").toSorted());
});
