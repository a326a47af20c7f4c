import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startApp } from "../../src/app.ts";
import { startHarness } from "../../src/demo/harness.ts";
import { temporaryFolder } from "../sqlite/support.ts";
import { cli, incidents, operator, patient, teamId, voiceOps } from "../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../support/screen.ts";
import { newKey } from "./audit/signed-log.ts";
import { missing, skipped, testConnections, testPostgres } from "./support.ts";

/** The whole app with the fakes, on its own PostgreSQL database. */
async function onPostgres(more: Readonly<Record<string, string>> = {}) {
  const { owner, app } = await testPostgres();
  const harness = await startHarness({
    connected: ["cartesia"],
    environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent", ...more },
    checkpointsEveryMs: 20,
    outboxEveryMs: 20,
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
    expect(await ready()).toMatchObject({
      status: 200,
      words: expect.stringMatching(/^ready\nserver rep_/u),
    });
  });

  test("signs the audit log, posts that, and is not ready when a checkpoint is gone", async () => {
    const keyPath = join(temporaryFolder(), "audit-key.pem");
    writeFileSync(keyPath, newKey(), { mode: 0o600 });
    const { harness, ready, owner } = await onPostgres({ AUDIT_SIGNING_KEY_PATH: keyPath });
    // What the command line has written before is signed only if an operator says so.
    expect((await ready()).words).toContain(
      "the audit log does not match its checkpoints: there are entries and a key, and no checkpoint\n",
    );
    const { settings } = harness.infra.store.workspace(teamId);
    await settings.write({ checkpointsChannelId: voiceOps }, { actor: cli, requestId: "req_settings" });
    await harness.infra.acceptAuditLog(cli, "the first start");
    expect(await ready()).toMatchObject({ status: 200 });
    const { audit } = harness.infra.store.workspace(teamId);
    await audit.append({ kind: "action.refused", actor: cli, requestId: "req_1" });
    await harness.stopApp();
    await harness.startApp();
    const { rows } = await owner.query<{ line: string }>(
      "SELECT line FROM audit_checkpoints WHERE epoch = 1 ORDER BY number",
    );
    expect(rows).toHaveLength(2);
    await toldInChannel(harness, voiceOps, rows[1]?.line ?? "no line");
    await harness.infra.store.workspace("T0OTHER01").audit.append({
      kind: "action.refused",
      actor: cli,
      requestId: "req_2",
    });
    await vi.waitFor(async () => {
      const others = await owner.query("SELECT 1 FROM audit_checkpoints WHERE workspace_id = 'T0OTHER01'");
      expect(others.rowCount).toBe(1);
    }, patient);
    await owner.query("ALTER TABLE audit_checkpoints DISABLE TRIGGER checkpoints_never_changed");
    await owner.query("DELETE FROM audit_checkpoints WHERE workspace_id = 'T0OTHER01'");
    await owner.query("ALTER TABLE audit_checkpoints ENABLE ALWAYS TRIGGER checkpoints_never_changed");
    await vi.waitFor(async () => {
      expect(await ready()).toEqual({
        status: 503,
        words: expect.stringMatching(
          /^the audit log does not match its checkpoints: T0OTHER01: the checkpoint of entry 1, made \S+, is not in the database any more\n/u,
        ),
      });
    }, patient);
  });

  test("keeps its data over a restart", async () => {
    const { harness } = await onPostgres();
    const before = await harness.audit();
    await harness.stopApp();
    await harness.startApp();
    expect((await harness.audit()).slice(0, before.length)).toEqual(before);
  });

  test("runs beside other servers, which list each other as long as they run", async () => {
    const { harness, ready } = await onPostgres();
    const second = await startApp(harness.settings, { processMetrics: false, version: "9.8.7" });
    const servers = async () => (await ready()).words.match(/^server rep_\w+, version .+$/gmu) ?? [];
    expect(await servers()).toEqual([
      expect.stringMatching(/version unknown, started .+Z, seen \d+ s ago$/u),
      expect.stringMatching(/version 9\.8\.7, started .+Z, seen \d+ s ago$/u),
    ]);
    expect(await harness.infra.replicas?.live()).toMatchObject([{}, { version: "9.8.7" }]);
    expect(await second.stop()).toBe(true);
    expect(await servers()).toHaveLength(1);
  });

  test("is not listed any more when it was not seen for 20 s", async () => {
    const { harness, owner } = await onPostgres();
    await owner.query(
      "INSERT INTO replicas VALUES ('rep_dead', '1', clock_timestamp(), clock_timestamp() - interval '21 s')",
    );
    expect(await harness.infra.replicas?.live()).toHaveLength(1);
  });

  test("refuses to start beside a server of a version that allows no other one", async () => {
    const { harness, owner } = await onPostgres();
    await harness.stopApp();
    const old = await owner.connect();
    await old.query("SELECT pg_advisory_lock(1346519385, 1)");
    await expect(startApp(harness.settings)).rejects.toThrow(
      /a server of an older Patchbay is running on it, which allows no other one\. Stop it first/u,
    );
    await old.query("SELECT pg_advisory_unlock_all()");
    old.release();
    const started = await startApp(harness.settings, { processMetrics: false });
    expect(await started.stop()).toBe(true);
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
