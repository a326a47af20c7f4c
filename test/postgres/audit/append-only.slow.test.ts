import { describe, expect, test } from "vitest";
import { excessRights } from "../../../src/postgres/connection/rights.ts";
import { auditSafeguards } from "../../../src/postgres/migrations/audit-safeguards.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const tampering = [
  "UPDATE audit_entries SET reason = 'another'",
  "DELETE FROM audit_entries",
  "TRUNCATE audit_entries",
  "UPDATE audit_heads SET hash = repeat('0', 64)",
  "DELETE FROM audit_heads",
];

async function withEntry() {
  const { owner, app } = await testPostgres();
  const connections = testConnections(app);
  const store = databaseStore(postgresQueries(connections), testSeal("k1"), testSources());
  await store.workspace("T1").audit.append(requested(1));
  return { store, app: connections.pool, owner: testConnections(owner).pool, connections };
}

describe.skipIf(missing !== undefined)(`PostgreSQL's audit log is append-only${skipped}`, () => {
  test.each(tampering)("for the server's role: %s", async (sql) => {
    const { app } = await withEntry();
    await expect(app.query(sql)).rejects.toThrow(/permission denied|append-only/u);
  });

  test.each(tampering)("for the role that owns the tables: %s", async (sql) => {
    const { owner } = await withEntry();
    await expect(owner.query(sql)).rejects.toThrow("append-only");
  });

  test("refuses an entry that does not follow the newest one", async () => {
    const { app } = await withEntry();
    const columns = "id, at, workspace_id, kind, actor, request_id, previous_hash, hash";
    const copy = (position: number) => `INSERT INTO audit_entries (sequence, position, ${columns})
      SELECT 99, ${position}, 'x', at, workspace_id, 'other', actor, 'r', repeat('0', 64), repeat('1', 64)
      FROM audit_entries`;
    await expect(app.query(copy(1))).rejects.toThrow("tied to the one before it");
    await expect(app.query(copy(2))).rejects.toThrow("tied to the one before it");
  });

  test.each(auditSafeguards)("records nothing without the safeguard $name", async ({ name, table }) => {
    const { store, owner } = await withEntry();
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
    const fault = `its safeguard ${name} was changed`;
    await expect(store.workspace("T1").audit.append(requested(2))).rejects.toMatchObject({
      code: "not_recorded",
      message: `Patchbay's database could not be written: ${fault}.`,
    });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
    expect(await store.faults()).toEqual([fault]);
    await owner.query(`DROP TRIGGER ${name} ON ${table}`);
    expect(await store.faults()).toEqual([`its safeguard ${name} was removed`]);
  });

  test("writes nothing if another program's trigger discards the entry", async () => {
    const { store, owner } = await withEntry();
    const work = async () => (await owner.query("SELECT item_id FROM work_items ORDER BY item_id")).rows;
    const before = await work();
    await owner.query(`CREATE FUNCTION sly() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER sly BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION sly()`);
    await expect(store.workspace("T1").audit.append(requested(2))).rejects.toMatchObject({
      code: "not_recorded",
      message: "Patchbay's database could not be written: the entry was not taken.",
    });
    expect(await work()).toEqual(before);
  });

  test("names an index that was removed, and a safeguard that does something else", async () => {
    const { store, owner } = await withEntry();
    await owner.query("DROP INDEX audit_by_number");
    await owner.query(`CREATE OR REPLACE FUNCTION audit_never_changed() RETURNS TRIGGER LANGUAGE plpgsql
      AS 'BEGIN RETURN OLD; END'`);
    expect(await store.faults()).toEqual([
      "its safeguard audit_never_changed was changed",
      "its index audit_by_number was removed or cannot be used",
    ]);
  });

  test("names the rights that the server's role does not need", async () => {
    const { connections, owner } = await withEntry();
    expect(await excessRights(connections)).toEqual([]);
    await owner.query("GRANT UPDATE ON audit_entries TO PUBLIC");
    expect(await excessRights(connections)).toEqual(["UPDATE on audit_entries"]);
  });
});
