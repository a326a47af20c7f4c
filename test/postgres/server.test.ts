import { describe, expect, onTestFinished, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { startHarness } from "../../src/demo/harness.ts";
import { incidents, operator } from "../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../support/screen.ts";
import { missing, skipped, testConnections, testPostgres } from "./support.ts";

/** The whole app with the fakes, on a PostgreSQL of its own. */
async function onPostgres() {
  const { owner, app } = await testPostgres();
  const harness = await startHarness({
    connected: ["cartesia"],
    environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent" },
  });
  onTestFinished(async () => harness.close());
  const ready = async () => {
    const answer = await fetch(`${harness.url()}/readyz`);
    return { status: answer.status, words: await answer.text() };
  };
  return { harness, ready, owner: testConnections(owner).pool };
}

describe.skipIf(missing !== undefined)(`the server on PostgreSQL${skipped}`, () => {
  test("changes a number from Slack, on the record", async () => {
    const { harness, ready } = await onPostgres();
    const omar = person(harness, operator);
    await omar.command("reassign Roadside to Dispatch because it rings", { channelId: incidents });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    await toldInChannel(harness, incidents, "Reassigned by");
    expect((await harness.audit()).slice(-2)).toMatchObject([
      { kind: "change.requested", reason: "it rings" },
      { kind: "change.outcome", outcome: "applied" },
    ]);
    expect(await ready()).toEqual({ status: 200, words: "ready\n" });
  });

  test("keeps its data over a restart", async () => {
    const { harness } = await onPostgres();
    const before = await harness.audit();
    await harness.stopApp();
    await harness.startApp();
    expect((await harness.audit()).slice(0, before.length)).toEqual(before);
  });

  test("refuses to start beside another server, and starts once that has stopped", async () => {
    const { harness } = await onPostgres();
    await expect(startApp(harness.settings)).rejects.toThrow(
      /another Patchbay server is running on it\. Stop that one first/u,
    );
    await harness.stopApp();
    const second = await startApp(harness.settings, { processMetrics: false });
    expect(await second.stop()).toBe(true);
  });

  test("records nothing while it has lost its lock, and takes it again", async () => {
    const { harness, ready, owner } = await onPostgres();
    const holder =
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1346519385 AND objid = 1";
    // Another session waits in front of it, so that the lock is not free again at once.
    const other = await owner.connect();
    const waiting = other.query("SELECT pg_advisory_lock(1346519385, 1)");
    await owner.query(`SELECT pg_terminate_backend(pid) FROM (${holder} AND granted) AS held`);
    await waiting;
    expect(await ready()).toEqual({
      status: 503,
      words:
        "the database cannot be written: Patchbay's database could not be written: this server has lost its lock on it, and tries to take it again.\n",
    });
    await other.query("SELECT pg_advisory_unlock_all()");
    other.release();
    await harness.slack.eventually("a green light", async () => (await ready()).status === 200);
  });
});

describe.skipIf(missing !== undefined)(`opening PostgreSQL${skipped}`, () => {
  const start = async (url: string) =>
    startHarness({
      connected: [],
      environment: { DATABASE_PATH: "", DATABASE_URL: url, LOG_LEVEL: "silent" },
    });

  test("says how to make the tables, and refuses those of a newer Patchbay", async () => {
    const empty = await testPostgres({ isMigrated: false });
    await expect(start(empty.owner)).rejects.toThrow(
      /Patchbay's tables are missing\. Run `patchbay migrate` once/u,
    );
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    await pool.query("UPDATE patchbay_schema SET version = 99");
    await expect(start(app)).rejects.toThrow("its schema is newer than this version of Patchbay");
  });

  test("names a right that the role does not have", async () => {
    const { owner, app } = await testPostgres();
    await testConnections(owner).pool.query("REVOKE INSERT ON audit_entries FROM patchbay_test_app");
    await expect(start(app)).rejects.toThrow(
      "Patchbay's role has no right to INSERT audit_entries. Run `patchbay migrate --grant-to`",
    );
  });

  test("says that it does not answer, and never its password", async () => {
    const failed: unknown = await start("postgres://pat:hunter2@127.0.0.1:1/patchbay").catch(
      (error: unknown) => error,
    );
    expect(String(failed)).toContain(
      "The database postgres://127.0.0.1:1/patchbay cannot be used: it does not answer at its address.",
    );
    expect(String(failed)).not.toContain("hunter2");
  });
});
