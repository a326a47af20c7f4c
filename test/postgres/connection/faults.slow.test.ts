import { describe, expect, onTestFinished, test } from "vitest";
import { startHarness } from "../../../src/demo/harness.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";
import { twoServers } from "../replicas/two-servers.ts";

/** Has PostgreSQL answer an entry of the audit log with this error, or with what the body does before it. */
const failing = (body: string): string => `
  CREATE FUNCTION fail() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN ${body}; RETURN NEW; END';
  CREATE TRIGGER fail BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION fail()`;
const raising = (code: string): string => failing(`RAISE EXCEPTION USING ERRCODE = ''${code}''`);
const repair = "DROP FUNCTION fail CASCADE";

describe.skipIf(missing !== undefined)(`a PostgreSQL that has a fault${skipped}`, () => {
  test.each([
    ["its disk is full", raising("53100"), repair],
    ["it is out of memory", raising("53200"), repair],
    ["its disk reports an error", raising("58030"), repair],
    ["it is damaged", raising("XX001"), repair],
    ["it may only be read", raising("25006"), repair],
    ["it took too long", failing("PERFORM pg_sleep(5)"), repair],
    [
      "Patchbay's role may not write to it",
      "REVOKE INSERT ON audit_entries FROM patchbay_test_app",
      "GRANT INSERT ON audit_entries TO patchbay_test_app",
    ],
  ])("sends nothing while %s, and goes on without a restart", async (words, damage, undo) => {
    const { owner, contexts, rename, patches, kinds } = await twoServers();
    const { pool } = testConnections(owner);
    await pool.query(damage);
    await expect(rename(contexts[0], "Broken")).rejects.toMatchObject({
      code: "not_recorded",
      message: `Patchbay's database could not be written: ${words}.`,
    });
    expect(patches()).toEqual([]);
    await pool.query(undo);
    await rename({ ...contexts[0], requestId: "req_later" }, "Repaired");
    expect(patches()).toHaveLength(1);
    expect(await kinds()).toEqual(["change.requested", "change.outcome applied"]);
  });

  test.each(["DATABASE %I", "ROLE patchbay_test_app IN DATABASE %I"])(
    "sends nothing and is not ready while %s has default_transaction_read_only",
    async (where) => {
      const { owner, infrastructure, contexts, rename, patches } = await twoServers();
      const { pool } = testConnections(owner);
      const set = async (value: string) => {
        await pool.query(`DO $$ BEGIN EXECUTE format(
          'ALTER ${where} SET default_transaction_read_only = ${value}', current_database()); END $$`);
        // Once their connections have ended, and the servers have noticed.
        await pool.query(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
          WHERE usename = 'patchbay_test_app' AND datname = current_database()`);
      };
      const refused = {
        code: "not_recorded",
        message: "Patchbay's database could not be written: it may only be read.",
      };
      await set("on");
      await expect(rename(contexts[0], "Frozen")).rejects.toMatchObject(refused);
      await expect(infrastructure.store.checkWritable()).rejects.toMatchObject(refused);
      expect(patches()).toEqual([]);
      await pool.query("SET default_transaction_read_only = off");
      await set("off");
      await infrastructure.store.checkWritable();
      await rename({ ...contexts[0], requestId: "req_later" }, "Thawed");
      expect(patches()).toHaveLength(1);
    },
  );

  test("is not started while it may only be read, with what to check", async () => {
    const { owner, app } = await testPostgres();
    await testConnections(owner).pool.query(`DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`);
    const start = startHarness({
      connected: [],
      environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent" },
    });
    await expect(start).rejects.toThrow(
      "it may only be read. Use the primary, not a standby, and check default_transaction_read_only of the database and the role.",
    );
  });

  test("is not ready without a connection to spare, and ready again with one", async () => {
    const { owner, app } = await testPostgres();
    const harness = await startHarness({
      connected: [],
      environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent" },
    });
    onTestFinished(async () => harness.close());
    const { pool } = testConnections(owner);
    const limit = async (connections: number) =>
      pool.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT ${connections}',
        current_database()); END $$`);
    const ready = async () => {
      const answer = await fetch(`${harness.url()}/readyz`);
      return { status: answer.status, words: await answer.text() };
    };
    expect((await ready()).status).toBe(200);
    await limit(0);
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'patchbay_test_app' AND datname = current_database()`);
    expect(await ready()).toEqual({
      status: 503,
      words: expect.stringContaining("the database cannot be written"),
    });
    expect((await ready()).words).toContain("it has no connections left");
    await limit(-1);
    expect((await ready()).status).toBe(200);
  });

  test("is refused with a schema that is older, with what to do", async () => {
    const { owner, app } = await testPostgres();
    await testConnections(owner).pool.query("UPDATE patchbay_schema SET version = 1");
    const start = startHarness({
      connected: [],
      environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent" },
    });
    await expect(start).rejects.toThrow(
      "its schema is older than this version of Patchbay. Run `patchbay migrate` once, as the role that owns the tables.",
    );
  });
});
