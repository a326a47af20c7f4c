import { expect, it } from "vitest";
import { leftToFailBack } from "../../../src/domain/runs/fail-back.ts";
import type { ResultStep, StepResult, Verdict } from "../../../src/domain/runs/run-step.ts";
import { runStepOf } from "../../support/failover/run-steps.ts";

const planned = (id: string, result?: StepResult): ResultStep => ({
  ...runStepOf(id, { verdict: { kind: "will_revert" } }),
  ...(result ? { result } : {}),
});
const other = (id: string, verdict: Verdict): ResultStep => runStepOf(id, { verdict });

it("leaves each number that is neither back nor changed since, also one of which nobody knows", () => {
  const steps: readonly ResultStep[] = [
    planned("back", { outcome: "applied" }),
    planned("changed since", { outcome: "refused", code: "conflict" }),
    planned("changed and put back since", { outcome: "refused", code: "changed_since" }),
    planned("refused", { outcome: "refused", code: "vendor_refused" }),
    planned("not known", { outcome: "unknown" }),
    planned("not tried"),
    other("frozen", { kind: "held", by: "freeze", why: "Frozen." }),
    other("not read", { kind: "unread", why: "No answer." }),
    other("not known before", { kind: "unknown" }),
    { ...other("was switched", { kind: "unknown" }), foundOfLast: "applied" },
    { ...other("was never switched", { kind: "unknown" }), foundOfLast: "refused" },
    other("back before", { kind: "already_so" }),
    other("gone", { kind: "cannot", why: "Gone." }),
  ];
  const left = leftToFailBack({ kind: "back", steps }).map(({ key }) => key.numberId);
  expect(left).toEqual([
    "changed and put back since",
    "refused",
    "not known",
    "not tried",
    "frozen",
    "not read",
    "not known before",
    "was switched",
  ]);
  expect(leftToFailBack({ kind: "failover", steps })).toEqual([]);
});
