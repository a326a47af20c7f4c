import { expect, it } from "vitest";
import { hasToAsk } from "../../../src/domain/runs/tier-gates.ts";
import type { Verdict } from "../../../src/domain/runs/run-step.ts";
import { failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";

const terms = { ...failoverTerms, tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] };
const asks = (first: readonly Verdict[], passedTier?: number): boolean =>
  hasToAsk(
    {
      terms,
      status: { resumes: 0, connections: {}, passedTier },
      steps: [
        ...first.map((verdict, at) => runStepOf(`pn_${at}`, { verdict })),
        runStepOf("rest", { tier: 1 }),
      ],
    },
    0,
  );

it("asks after a tier until somebody has looked, unless all of it was so before", () => {
  expect(asks([{ kind: "will_switch" }, { kind: "already_so" }])).toBe(true);
  expect(asks([{ kind: "will_switch" }], 0)).toBe(false);
  expect(asks([{ kind: "already_so" }])).toBe(false);
  expect(asks([])).toBe(false);
});

it("asks although nothing of a tier could be changed: that is no reason to go on", () => {
  expect(asks([{ kind: "held", by: "freeze", why: "Frozen." }])).toBe(true);
});
