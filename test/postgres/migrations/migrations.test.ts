import { describe, expect, test } from "vitest";
import { migrate, schemaAge } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { runs } from "../../../src/postgres/migrations/0001-0020/0007-runs.ts";
import { migrations } from "../../../src/postgres/migrations/index.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { testSources } from "../../store/events.ts";
import { migratedRun, oldRevertsSql } from "../../store/runs/old-reverts.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

describe.skipIf(missing !== undefined)(`PostgreSQL's schema${skipped}`, () => {
  test("is made once, however many processes start at the same moment", async () => {
    const { owner } = await testPostgres({ isMigrated: false });
    const processes = [1, 2, 3].map(() => testConnections(owner));
    expect(await schemaAge(testConnections(owner))).toBe("missing");
    await Promise.all(processes.map(async (connections) => migrate(connections)));
    expect(await schemaAge(testConnections(owner))).toBe("current");
  });

  test("is newer when a newer Patchbay made it", async () => {
    const { owner } = await testPostgres();
    const connections = testConnections(owner);
    await connections.pool.query("UPDATE patchbay_schema SET version = 99");
    await migrate(connections);
    expect(await schemaAge(connections)).toBe("newer");
  });

  test("takes the reverts of an earlier Patchbay along as runs, with their work", async () => {
    const { owner } = await testPostgres({ isMigrated: false });
    const connections = testConnections(owner);
    for (const sql of migrations.slice(0, migrations.indexOf(runs))) await connections.pool.query(sql);
    await connections.pool.query(oldRevertsSql);
    await connections.pool.query(runs);
    const store = databaseStore(postgresQueries(connections), testSeal("k"), testSources());
    const workspace = store.workspace("T1");
    expect(await workspace.runs.get("rev_1")).toMatchObject(migratedRun);
    expect(await workspace.runs.getState("rev_2")).toMatchObject({ state: "done" });
    expect((await workspace.runs.holders()).map(({ key }) => key.numberId)).toEqual(["pn_2"]);
    const claims = await store.work.claim("run", { limit: 9, perLane: 9, leaseMs: 1000 });
    expect(claims.map(({ itemId }) => itemId)).toEqual(["rev_1"]);
  });

  test("keeps in every table whose row it is, but where a row is nobody's", async () => {
    const { owner } = await testPostgres();
    const found = await testConnections(owner).pool.query<{ name: string }>(`SELECT tablename AS name
      FROM pg_tables t WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM information_schema.columns c
        WHERE c.table_name = t.tablename AND c.column_name = 'workspace_id' AND c.is_nullable = 'NO')`);
    expect(found.rows.map(({ name }) => name).toSorted()).toEqual([
      "fingerprint_key",
      "locks",
      "patchbay_schema",
      "replicas",
      "used_install_states",
      "write_probe",
    ]);
  });
});
