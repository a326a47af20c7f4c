import { expect, it } from "vitest";
import { z } from "zod";
import { ownValue, recordOf } from "../../../src/domain/shared/own-value.ts";

// A7
it.each(["constructor", "__proto__", "toString", "valueOf"])(
  "has no value for %s unless one was set",
  (name) => {
    expect(ownValue({}, name)).toBeUndefined();
    expect(ownValue(JSON.parse(`{"${name}":"x"}`), name)).toBe("x");
  },
);

it.each(["constructor", "__proto__"])("parses a record with %s from JSON completely", (name) => {
  const read = recordOf(z.string()).parse(JSON.parse(`{"${name}":"x","b":"y"}`));
  expect(Object.entries(read)).toEqual([
    [name, "x"],
    ["b", "y"],
  ]);
});

it("refuses anything but a record, and values of another type", () => {
  for (const given of [undefined, null, "x", ["a"], { a: 1 }])
    expect(recordOf(z.string()).safeParse(given).success).toBe(false);
});
