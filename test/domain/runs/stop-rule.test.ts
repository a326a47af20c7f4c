import { describe, expect, it } from "vitest";
import type { StepResult } from "../../../src/domain/runs/run-step.ts";
import { defaultStopRule } from "../../../src/domain/failover/plan.ts";
import { stopReason, type StopLimits } from "../../../src/domain/runs/stop-rule.ts";

const { percentOfTier, ...counts } = defaultStopRule;
/** The limits of a plan that names none. */
const defaultLimits: StopLimits = { ...counts, ofATier: percentOfTier / 100 };

const results: Readonly<Record<string, StepResult>> = {
  a: { outcome: "applied" },
  u: { outcome: "unknown", code: "outcome_unknown" },
  r: { outcome: "refused", code: "vendor_refused" },
  // The permission was lost.
  p: { outcome: "refused", code: "not_allowed" },
  // Refusals that are nobody's fault.
  n: { outcome: "refused", code: "nothing_to_change" },
  f: { outcome: "refused", code: "frozen" },
  c: { outcome: "refused", code: "conflict" },
  q: { outcome: "refused", code: "approval_required" },
  l: { outcome: "refused", code: "rate_limited" },
  o: { outcome: "refused", code: "left_out" },
  // An old result without a code.
  x: { outcome: "refused" },
};

const of = (letters: string): StepResult[] =>
  Array.from(letters, (letter) => {
    const result = results[letter];
    if (!result) throw new Error(`there is no ${letter}`);
    return result;
  });

describe("the stop rule", () => {
  it.each([
    ["", 1, undefined],
    ["aaaa", 4, undefined],
    ["aaaar", 5, "canary"],
    ["u", 5, "canary"],
    ["p", 5, "canary"],
    ["x", 5, "canary"],
    ["nfcqlo", 9, undefined],
  ])("in the first tier, after %j of %i steps: %s", (letters, size, expected) => {
    expect(stopReason({ results: of(letters), size, isCanary: true }, defaultLimits)).toBe(expected);
  });

  it.each([
    ["", 38, undefined],
    ["rr", 38, undefined],
    ["rrr", 38, "in_a_row"],
    ["aarup", 38, "in_a_row"],
    ["rrarr", 38, "of_a_tier"],
    ["rar", 38, undefined],
    ["rarar", 20, "of_a_tier"],
    ["rarar", 31, undefined],
    ["rararar", 31, "of_a_tier"],
    // What is harmless interrupts a row, and is no failure.
    ["rrnrr", 100, undefined],
    ["rrfr", 100, undefined],
    ["cccccc", 6, undefined],
    ["rrarrarrarrarra", 100, "of_a_tier"],
    ["rrarrarrarra", 100, undefined],
    // Three steps that all fail, however small the tier is.
    ["rar", 3, undefined],
    ["rrr", 3, "in_a_row"],
  ])("in a later tier, after %j of %i steps: %s", (letters, size, expected) => {
    expect(stopReason({ results: of(letters), size, isCanary: false }, defaultLimits)).toBe(expected);
  });

  it("uses the limits of the plan", () => {
    const strict = { inARow: 1, ofATier: 0.5, atLeast: 1 };
    const lax = { inARow: 10, ofATier: 0.5, atLeast: 1 };
    const tier = { results: of("ar"), size: 4, isCanary: false };
    expect(stopReason(tier, strict)).toBe("in_a_row");
    expect(stopReason(tier, lax)).toBeUndefined();
    expect(stopReason({ ...tier, results: of("arr") }, lax)).toBe("of_a_tier");
  });
});
