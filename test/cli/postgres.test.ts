import { describe, expect, test } from "vitest";
import { missing, skipped, testConnections, testPostgres } from "../postgres/support.ts";
import { startCliHarness } from "./cli-harness.ts";

async function onPostgres(options?: { readonly isMigrated: boolean }) {
  const { owner, app } = await testPostgres(options);
  const harness = await startCliHarness();
  const use = (url: string) => {
    harness.environment["DATABASE_PATH"] = "";
    harness.environment["DATABASE_URL"] = url;
  };
  use(app);
  return { harness, use, owner, app };
}

describe.skipIf(missing !== undefined)(`the command line on PostgreSQL${skipped}`, () => {
  test("makes the tables, and gives the server's role its rights", async () => {
    const { harness, use, owner, app } = await onPostgres({ isMigrated: false });
    expect(await harness.run(["audit", "--workspace", "T0DESK001"])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("Patchbay's tables are missing. Run `patchbay migrate` once"),
    });
    use(owner);
    const { exitCode, out } = await harness.run(["migrate", "--grant-to", "patchbay_test_app"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /: the schema is now up to date\. patchbay_test_app has the rights of the server\.\n$/u,
    );
    expect((await harness.run(["migrate"])).out).toContain("the schema was already up to date");
    use(app);
    expect((await harness.connect("Prod")).exitCode).toBe(0);
    expect((await harness.run(["audit", "--workspace", "T0DESK001"])).out).toContain("connection.added");
    expect((await harness.run(["connections", "test", "Prod", "--workspace", "T0DESK001"])).exitCode).toBe(0);
  });

  test("moves a file to an empty database, makes its tables and gives the server its rights", async () => {
    const { owner, app } = await testPostgres({ isMigrated: false });
    const harness = await startCliHarness();
    await harness.connect("Prod");
    const { exitCode, out } = await harness.run([
      "migrate",
      "--to",
      owner,
      "--grant-to",
      "patchbay_test_app",
    ]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /read back and the same\.\nAudit log: .*\nSecrets: 2; CREDENTIAL_KEYS decrypts all of them\.\nStart Patchbay with DATABASE_URL in place of DATABASE_PATH\.\n$/u,
    );
    harness.environment["DATABASE_PATH"] = "";
    harness.environment["DATABASE_URL"] = app;
    expect((await harness.run(["connections", "test", "Prod", "--workspace", "T0DESK001"])).exitCode).toBe(0);
  });

  test("lists the servers that run, and refuses to move a database that one uses", async () => {
    const { harness, use, owner } = await onPostgres();
    expect((await harness.run(["doctor"])).out).toContain("skip  servers: none is running\n");
    await testConnections(owner).pool.query(
      "INSERT INTO replicas VALUES ('rep_1', '1.2.3', clock_timestamp(), clock_timestamp())",
    );
    expect((await harness.run(["doctor"])).out).toMatch(
      /^ok {4}server: rep_1, version 1\.2\.3, started \S+Z, seen \d+ s ago$/mu,
    );
    use(owner);
    expect(await harness.run(["migrate", "--to", "/tmp/none.db"])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("a Patchbay server is running on it. Stop it first."),
    });
  });
});

test("migrates no SQLite file", async () => {
  const harness = await startCliHarness();
  expect(await harness.run(["migrate"])).toMatchObject({
    exitCode: 1,
    err: "patchbay: DATABASE_URL is not set. A SQLite file is migrated by the server when it starts.\n",
  });
});
