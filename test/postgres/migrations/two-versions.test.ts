import { describe, expect, test } from "vitest";
import { startHarness } from "../../../src/demo/harness.ts";
import { missing, skipped, testConnections } from "../support.ts";
import { twoServers } from "../replicas/two-servers.ts";

/** What the migration of a later version does: it only adds. */
const laterMigration = `
  ALTER TABLE audit_entries ADD COLUMN later TEXT;
  ALTER TABLE work_items ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE later_table (workspace_id TEXT NOT NULL);
  CREATE INDEX later_index ON audit_entries (later);
  UPDATE patchbay_schema SET version = version + 1`;

describe.skipIf(missing !== undefined)(`two versions beside each other${skipped}`, () => {
  test("a running server keeps working after a newer version has migrated, and does not start again", async () => {
    const { owner, app, infrastructure, contexts, rename, patches, kinds } = await twoServers();
    const { pool } = testConnections(owner);
    await rename(contexts[0], "Before");
    await pool.query(laterMigration);
    await pool.query(
      "INSERT INTO replicas VALUES ('rep_later', '9.8.7', clock_timestamp(), clock_timestamp())",
    );
    await rename({ ...contexts[0], requestId: "req_later" }, "After");
    await infrastructure.store.checkWritable();
    expect(patches()).toHaveLength(2);
    expect(await kinds()).toEqual([
      "change.requested",
      "change.outcome applied",
      "change.requested",
      "change.outcome applied",
    ]);
    expect(await infrastructure.replicas?.live()).toMatchObject([{ id: "rep_later", version: "9.8.7" }]);
    const start = startHarness({
      connected: [],
      environment: { DATABASE_PATH: "", DATABASE_URL: app, LOG_LEVEL: "silent" },
    });
    await expect(start).rejects.toThrow(
      "its schema is newer than this version of Patchbay. Run the Patchbay that migrated it, or a newer one.",
    );
  });
});
