import { expect, it } from "vitest";
import { table } from "../../src/cli/table.ts";

it("aligns columns, and truncates the widest ones but the first to fit into a line", () => {
  const rows = [["+1 415 555 0100", "Main line of the hospital in Berlin", "Dispatch"]];
  expect(table(["number", "name", "agent"], rows, 20, 40)).toBe(
    "number           name           agent\n+1 415 555 0100  Main line of…  Dispatch\n",
  );
});

it("has no limit for its rows", () => {
  const rows = Array.from({ length: 150_000 }, (_, at) => [`pn_${at}`]);
  expect(table(["id"], rows).split("\n")).toHaveLength(rows.length + 2);
});
