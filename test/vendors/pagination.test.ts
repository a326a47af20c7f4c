import {
  array,
  assert as assertProperty,
  asyncProperty,
  constantFrom,
  integer,
  nat,
  oneof,
  option,
  record,
  string,
  uniqueArray,
} from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "../../src/domain/problem/problem.ts";
import {
  allPages,
  nextCursor,
  nextOffset,
  nextPage,
  type Cursor,
  type Page,
} from "../../src/vendors/pagination.ts";
import { problemOf } from "./opened.ts";

interface Item {
  readonly id: string;
}

type Vendor = (
  items: readonly Item[],
  size: number,
) => (cursor: Cursor | undefined, before: number) => Page<Item>;

const styles: Record<string, Vendor> = {
  "page numbers with a total": (items, size) => (cursor, before) => {
    const page = Number(cursor ?? 1);
    const part = items.slice((page - 1) * size, page * size);
    return { items: part, ...nextPage(page, { count: part.length, before, total: items.length }) };
  },
  "page numbers with the number of pages": (items, size) => (cursor, before) => {
    const page = Number(cursor ?? 1);
    const part = items.slice((page - 1) * size, page * size);
    const totalPages = Math.ceil(items.length / size);
    return { items: part, ...nextPage(page, { count: part.length, before, totalPages }) };
  },
  "page numbers alone": (items, size) => (cursor, before) => {
    const page = Number(cursor ?? 1);
    const part = items.slice((page - 1) * size, page * size);
    return { items: part, ...nextPage(page, { count: part.length, before }) };
  },
  "offsets alone": (items, size) => (cursor, before) => {
    const part = items.slice(Number(cursor ?? 0), Number(cursor ?? 0) + size);
    return { items: part, ...nextOffset({ count: part.length, before }) };
  },
  "offsets with a total": (items, size) => (cursor, before) => {
    const offset = Number(cursor ?? 0);
    const part = items.slice(offset, offset + size);
    return { items: part, ...nextOffset({ count: part.length, before, total: items.length }) };
  },
  cursors: (items, size) => (cursor) => {
    const start = cursor === undefined ? 0 : Number(String(cursor).slice(1));
    const more = start + size < items.length;
    const said = more ? `c${start + size}` : null;
    return { items: items.slice(start, start + size), next: nextCursor("Acme", said, more) };
  },
  "the last id": (items, size) => (cursor) => {
    const start = items.findIndex((item) => item.id === cursor) + 1;
    const part = items.slice(start, start + size);
    return { items: part, next: nextCursor("Acme", part.at(-1)?.id, start + size < items.length) };
  },
};

describe.each(Object.entries(styles))("with %s", (_name, vendor) => {
  it("finds every item once and in order, whatever the page size", async () => {
    const lists = uniqueArray(string({ minLength: 1 }), { maxLength: 60 });
    await assertProperty(
      asyncProperty(lists, integer({ min: 1, max: 20 }), async (ids, size) => {
        const readPage = vendor(
          ids.map((id) => ({ id })),
          size,
        );
        const all = await allPages("Acme", async (cursor, before) => readPage(cursor, before));
        expect(all.map((item) => item.id)).toEqual(ids);
      }),
    );
  });
});

it("ends, and returns each id once or fails, whatever the vendor responds", async () => {
  const page = record({
    items: array(record({ id: constantFrom("a", "b", "c", "d", "e", "f") }), { maxLength: 4 }),
    next: option(oneof(nat({ max: 9 }), string({ minLength: 1, maxLength: 1 })), {
      nil: undefined,
    }),
  });
  await assertProperty(
    asyncProperty(array(page, { minLength: 1, maxLength: 30 }), async (answers) => {
      let asked = 0;
      const readPage = async (): Promise<Page<Item>> => {
        asked += 1;
        return answers[(asked - 1) % answers.length] ?? { items: [], next: undefined };
      };
      const outcome = await allPages("Acme", readPage, { maxPages: 20 }).then(
        (items) => items.map((item) => item.id),
        (error: unknown) => isProblem(error, "vendor_response_unreadable"),
      );
      expect(asked).toBeLessThanOrEqual(20);
      const ids = answers.slice(0, asked).flatMap((answer) => answer.items.map((item) => item.id));
      expect([true, [...new Set(ids)]]).toContainEqual(outcome);
    }),
  );
});

it("stops at a list that never ends", async () => {
  let asked = 0;
  const readPage = async (): Promise<Page<Item>> => {
    asked += 1;
    return { items: [{ id: `n${asked}` }], next: asked + 1 };
  };
  expect((await problemOf(allPages("Acme", readPage))).message).toContain("more than 1000 pages");
  expect(asked).toBe(1000);
});

const stuck = (): Page<Item> => ({ items: [], next: nextCursor("Acme", undefined, true) });

it("reports a list whose next page cannot be requested as unreadable", async () => {
  expect((await problemOf(allPages("Acme", async () => stuck()))).code).toBe("vendor_response_unreadable");
});

it("shows an item that is on two pages as on the later one", async () => {
  const pages: Page<Item & { name: string }>[] = [
    { items: [{ id: "a", name: "old" }], next: "x" },
    {
      items: [
        { id: "a", name: "new" },
        { id: "b", name: "b" },
      ],
      next: undefined,
    },
  ];
  const all = await allPages(
    "Acme",
    async (cursor) => pages[cursor === undefined ? 0 : 1] ?? { items: [], next: undefined },
  );
  expect(all.map((item) => item.name)).toEqual(["new", "b"]);
});

// B10
it.each(["pages", "offsets"])("reads all %s although the vendor's total is too small", async (by) => {
  const items = Array.from({ length: 250 }, (_, at) => ({ id: `n${at}` }));
  const readPage = async (cursor: Cursor | undefined, before: number): Promise<Page<Item>> => {
    const start = by === "pages" ? (Number(cursor ?? 1) - 1) * 100 : Number(cursor ?? 0);
    const part = items.slice(start, start + 100);
    const counted = { count: part.length, before, total: 0 };
    return {
      items: part,
      ...(by === "pages" ? nextPage(Number(cursor ?? 1), counted) : nextOffset(counted)),
    };
  };
  expect(await allPages("Acme", readPage)).toHaveLength(250);
});
