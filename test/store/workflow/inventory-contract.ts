import { expect, test } from "vitest";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import type { OpenStore } from "../contract.ts";

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

async function connected(open: OpenStore) {
  const { store } = await open();
  const workspace = store.workspace("T1");
  return { store, workspace, connection: await workspace.connections.add(prod) };
}

/** What every store guarantees about its copies of a connection's lists. */
export function inventoryContract(open: OpenStore): void {
  test("returns a long list as it was stored, with the time it was read", async () => {
    const { workspace, connection } = await connected(open);
    const copies = workspace.inventory(connection);
    expect(await copies.numbers.read()).toBeUndefined();
    await copies.numbers.keep({ items: numbers, at, tookMs: 1234, unreadable: 2 });
    await copies.agents.keep({ items: [{ id: "agent_a", name: "Night desk" }], at, tookMs: 5 });
    expect(await workspace.inventory(connection).numbers.read()).toEqual({
      items: numbers,
      at,
      tookMs: 1234,
      unreadable: 2,
      version: 1,
    });
    expect((await copies.agents.read())?.items).toEqual([{ id: "agent_a", name: "Night desk" }]);
  });

  test("returns an item as it was last read, until the list is stored again", async () => {
    const { workspace, connection } = await connected(open);
    const copy = workspace.inventory(connection).numbers;
    await copy.keep({ items: [number(1), number(2)], at, tookMs: 1 });
    await copy.revise({ ...number(1), name: "Front desk" });
    expect((await copy.read())?.items.map(({ name }) => name)).toEqual(["Front desk", null]);
    await copy.keep({ items: [number(1), number(2)], at, tookMs: 1 });
    expect((await copy.read())?.items.map(({ name }) => name)).toEqual(["Line 1", null]);
  });

  test("counts each change of a list, by any process", async () => {
    const { workspace, connection } = await connected(open);
    const copy = workspace.inventory(connection).numbers;
    expect(await copy.version()).toBe(0);
    expect(await copy.revise(number(1))).toBeUndefined();
    expect(await copy.keep({ items: [number(1)], at, tookMs: 1 })).toBe(1);
    expect(await copy.revise({ ...number(1), name: "Front desk" })).toBe(2);
    expect(await copy.keep({ items: [number(1)], at, tookMs: 1 })).toBe(3);
    expect(await copy.version()).toBe(3);
    const replaced = await workspace.connections.replace(connection.id, { apiKey: "sk-other" });
    expect(await copy.keep({ items: [number(1)], at, tookMs: 1 })).toBeUndefined();
    const other = workspace.inventory(replaced).numbers;
    expect(await other.version()).toBe(0);
    expect(await other.keep({ items: [number(2)], at, tookMs: 1 })).toBe(1);
    expect((await other.read())?.items).toEqual([number(2)]);
  });

  test("keeps an item that was updated while the list was being read", async () => {
    const { workspace, connection } = await connected(open);
    const copy = workspace.inventory(connection).numbers;
    await copy.keep({ items: [number(1), number(3)], at, tookMs: 1 });
    await copy.revise({ ...number(3), name: "before" });
    const since = await copy.version();
    await copy.revise({ ...number(1), name: "meanwhile" });
    await copy.keep({ items: [number(1), number(3)], at, tookMs: 1 }, since);
    expect((await copy.read())?.items.map(({ name }) => name)).toEqual(["meanwhile", "Line 3"]);
  });

  test("returns no list of another workspace or another key", async () => {
    const { store, workspace, connection } = await connected(open);
    await workspace.inventory(connection).numbers.keep({ items: numbers, at, tookMs: 1 });
    expect(await store.workspace("T2").inventory(connection).numbers.read()).toBeUndefined();
    const replaced = await workspace.connections.replace(connection.id, { apiKey: "sk-other" });
    expect(await workspace.inventory(replaced).numbers.read()).toBeUndefined();
  });
}
