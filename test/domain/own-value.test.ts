import { expect, it } from "vitest";
import { z } from "zod";
import { ownValue, recordOf } from "../../src/domain/own-value.ts";

// A7
it.each(["constructor", "__proto__", "toString", "valueOf"])(
  "has nothing for %s unless it was put in",
  (name) => {
    expect(ownValue({}, name)).toBeUndefined();
    expect(ownValue(JSON.parse(`{"${name}":"x"}`), name)).toBe("x");
  },
);

it.each(["constructor", "__proto__"])("reads a record with %s from JSON whole", (name) => {
  const read = recordOf(z.string()).parse(JSON.parse(`{"${name}":"x","b":"y"}`));
  expect(Object.entries(read)).toEqual([
    [name, "x"],
    ["b", "y"],
  ]);
});

it("refuses what is no record, and a value of another kind", () => {
  for (const given of [undefined, null, "x", ["a"], { a: 1 }])
    expect(recordOf(z.string()).safeParse(given).success).toBe(false);
});
