import { describe, expect, it } from "vitest";
import type { InventoryCache, ReadList } from "../../../src/domain/vendor/inventory-cache.ts";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { minute } from "../../support/fixtures.ts";
import { cachedList, copiesOf, number, settled } from "./cached-list.ts";

it("starts with the copy from before a restart and stores what it reads", async () => {
  const kept: string[][] = [];
  const copies = copiesOf({ items: [number("old")], at: new Date(0), tookMs: 10 }, kept);
  const { cached, list, answer, pass } = cachedList(copies);
  pass(24 * 60 * minute);
  expect(await list(undefined, Number.POSITIVE_INFINITY)).toEqual(["old"]);
  expect((await cached.lastKnown?.())?.at).toEqual(new Date(0));
  await answer(0, "old", "new");
  expect(await list()).toEqual(["old", "new"]);
  expect(kept).toEqual([["old", "new"]]);
  await cached.patch("new", { agent_id: null });
  await settled();
  expect(kept.at(-1)).toEqual(["revised new"]);
});

it("says when what it has learned is stored, so that a process does not end before", async () => {
  const kept: string[][] = [];
  const copies = copiesOf({ items: [number("old")], at: new Date(0), tookMs: 10 }, kept);
  let store = (): void => undefined;
  const stored = new Promise<void>((resolve) => (store = resolve));
  const { revise } = copies.numbers;
  const slow = {
    ...copies.numbers,
    revise: async (item: PhoneNumber) => {
      await stored;
      return revise(item);
    },
  };
  const { cached } = cachedList({ ...copies, numbers: slow });
  await cached.patch("old", { agent_id: null });
  const saved = cached.saved().then(() => [...kept]);
  await settled();
  expect(kept).toEqual([]);
  store();
  expect(await saved).toEqual([["revised old"]]);
});

// C1
it("does not treat a copy from before a restart as fresh if its time is in the future", async () => {
  const kept: string[][] = [];
  const copies = copiesOf({ items: [number("old")], at: new Date(60 * minute), tookMs: 10 }, kept);
  const { cached, list, answer } = cachedList(copies);
  expect((await cached.lastKnown?.())?.ageMs).toBe(Number.POSITIVE_INFINITY);
  const asking = list();
  await answer(0, "new");
  expect(await asking).toEqual(["new"]);
});

describe("with the lists of another replica", () => {
  /** A stored list that several accounts share. */
  function sharedCopies(): InventoryCache {
    let stored: (ReadList<PhoneNumber> & { readonly version: number }) | undefined;
    const write = (items: readonly PhoneNumber[], more: Partial<ReadList<PhoneNumber>>) => {
      const version = (stored?.version ?? 0) + 1;
      stored = { at: new Date(0), tookMs: 1, ...stored, ...more, items, version };
      return version;
    };
    return {
      numbers: {
        read: async () => stored,
        version: async () => stored?.version ?? 0,
        keep: async ({ items, ...more }) => write(items, more),
        revise: async (item) =>
          stored &&
          write(
            stored.items.map((one) => (one.id === item.id ? item : one)),
            {},
          ),
      },
      agents: copiesOf({ items: [], at: new Date(0), tookMs: 1 }, []).agents,
    };
  }

  it("shows what the other replica read as soon as it is notified, without asking the vendor", async () => {
    const copies = sharedCopies();
    const [one, other] = [cachedList(copies), cachedList(copies)];
    const first = one.list();
    await one.answer(0, "a");
    await first;
    expect(await other.list()).toEqual(["a"]);
    one.pass(10 * minute);
    other.pass(10 * minute);
    const second = one.list();
    await one.answer(1, "a", "b");
    await second;
    other.cached.listsChanged();
    expect(await other.list()).toEqual(["a", "b"]);
    expect(other.asked()).toBe(0);
  });

  it("keeps both of two changes that were made at the same time", async () => {
    const copies = sharedCopies();
    const [one, other] = [cachedList(copies), cachedList(copies)];
    const first = one.list();
    await one.answer(0, "a", "b");
    await first;
    await other.list();
    await copies.numbers.revise({ ...number("a"), name: "by a third" });
    await other.cached.getNumber("b");
    await settled();
    expect((await other.cached.listNumbers()).map(({ name }) => name)).toEqual(["by a third", "read"]);
  });
});
