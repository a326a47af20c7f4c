import { expect, it } from "vitest";
import { tiersText } from "../../../src/domain/runs/tiers-text.ts";

const canary = { name: "canary", count: 4, asks: true };
const rest = { name: "rest", count: 36 };

it("says in which order numbers are switched, without tiers of which none is", () => {
  expect(tiersText([canary, rest])).toBe(
    "4 numbers first (canary), then it stops and asks you; then the other 36 (rest)",
  );
  expect(tiersText([{ ...canary, count: 0 }, rest])).toBe("36 numbers (rest)");
  expect(tiersText([canary, { ...rest, count: 0 }])).toBe("4 numbers (canary)");
  expect(tiersText([{ ...canary, count: 0 }])).toBe("0 numbers");
});
