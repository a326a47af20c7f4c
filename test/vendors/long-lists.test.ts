import { expect, it } from "vitest";
import { z } from "zod";
import { batchSize } from "../../src/domain/shared/event-loop.ts";
import { allPages } from "../../src/vendors/pagination.ts";
import { parseEach } from "../../src/vendors/parse.ts";
import { turnsOf } from "../support/until.ts";

const batches = 5;
const items = Array.from({ length: batches * batchSize }, (_, at) => ({ id: `pn_${at}` }));

// A4
it("reads a very long response in batches of records", async () => {
  const { result, turns } = await turnsOf(
    parseEach("DialNexa", z.object({ id: z.string() }), [...items, { id: 1 }], ({ id }) => id),
  );
  expect(result.items).toHaveLength(items.length);
  expect(result.unreadable).toHaveLength(1);
  expect(turns).toBeGreaterThanOrEqual(batches);
});

// A4
it("stores a very long page of a list in batches", async () => {
  const page = async () => Promise.resolve({ items, next: undefined });
  const { result, turns } = await turnsOf(allPages("DialNexa", page));
  expect(result).toEqual(items);
  expect(turns).toBeGreaterThanOrEqual(batches - 1);
});
