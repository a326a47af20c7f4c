import { expect, test } from "vitest";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testSources } from "../../store/events.ts";
import { testDatabase, testSeal } from "../support.ts";

const prod = { vendor: "cartesia", name: "Prod", credentials: { apiKey: "sk-prod" } } as const;
const at = new Date("2026-03-01T03:00:00.000Z");

const number = (index: number): PhoneNumber => ({
  id: `pn_${index}`,
  e164: `+1415555${index}`,
  name: index % 2 ? `Line ${index}` : null,
  agent: index % 3 ? { id: "agent_a" } : null,
  fields: { provider: null },
});
const numbers = Array.from({ length: 2_345 }, (_, index) => number(index));

async function connected() {
  const db = testDatabase();
  const store = sqliteStore(db, testSeal("k1"), testSources());
  const workspace = store.workspace("T1");
  const connection = await workspace.connections.add(prod);
  const rows = (): number =>
    ["list_copies", "list_copy_parts", "list_copy_revisions"]
      .map((table) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()))
      .reduce((a, b) => a + b);
  return { db, store, workspace, connection, rows };
}

test("does not store a list that was read with an older key or for a removed connection", async () => {
  const { workspace, connection, rows } = await connected();
  await workspace.connections.replace(connection.id, { apiKey: "sk-other" });
  await workspace.inventory(connection).numbers.keep({ items: numbers, at, tookMs: 1 });
  await workspace.inventory(connection).numbers.revise(number(1));
  expect(rows()).toBe(0);
});

test("deletes the lists with the connection, and with the installation", async () => {
  const { db, workspace, connection, rows } = await connected();
  const keep = async (): Promise<void> => {
    const [one] = await workspace.connections.list();
    if (!one) throw new Error("there is a connection");
    await workspace.inventory(one).numbers.keep({ items: numbers, at, tookMs: 1 });
    await workspace.inventory(one).numbers.revise(number(1));
    expect(rows()).toBeGreaterThan(3);
  };
  await keep();
  await workspace.connections.remove(connection.id);
  expect(rows()).toBe(0);
  await workspace.connections.add(prod);
  await keep();
  await sqliteInstallations(db, testSeal("k1"), testSources()).wipe("T1");
  expect(rows()).toBe(0);
});
