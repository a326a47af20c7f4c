import { expect, it } from "vitest";
import { usualWait } from "../../../src/domain/failover/run-rules.ts";
import {
  problemsOf,
  standingOf,
  standingText,
  type LookedStep,
  type PlanMoment,
} from "../../../src/domain/failover/standing.ts";
import type { LostApproval, PlanCover } from "../../../src/domain/failover/plan-approval.ts";
import type { Rule } from "../../../src/domain/failover/rules.ts";

const quiet: PlanMoment = {
  frozen: 0,
  inARun: 0,
  unsettled: 0,
  limited: 0,
  waits: [],
  protectedCount: 0,
  unapproved: 0,
  lapsed: 0,
  cover: { isValid: false, gap: "never_approved" },
};
const protects = { protectedCount: 2, unapproved: 2 };
/** Two people approved the plan, and one of them does not count. */
const half = (lost: LostApproval): PlanCover => ({
  isValid: true,
  approval: { id: "apr_1", revision: 1, at: "2026-01-01T00:00:00.000Z", by: "U1", numbers: [] },
  approvers: [],
  lost,
  endsAt: new Date(0),
  drillBy: new Date(0),
});

const moments: [cause: string, moment: Partial<PlanMoment>, words: string][] = [
  ["nothing", {}, "Ready to run"],
  ["a freeze", { frozen: 2 }, "Nothing to repair, but 2 numbers are frozen now"],
  ["another run", { inARun: 1 }, "Nothing to repair, but 1 number is in a run now"],
  ["an unknown outcome", { unsettled: 1 }, "Nothing to repair, but the last change of 1 number is unknown"],
  ["limited rights", { limited: 3 }, "Nothing to repair, but you may not change 3 numbers"],
  [
    "a run a moment ago",
    { waits: [{ rule: usualWait, why: "wait 40s" }] },
    "Nothing to repair, but wait 40s",
  ],
  ["no approval", protects, "Nothing to repair, but 2 protected numbers need an approval"],
  [
    "a lapsed approval",
    { ...protects, cover: { isValid: false, gap: "expired" } },
    "Not ready · 2 protected numbers need an approval",
  ],
  [
    "an approver who may not approve",
    { ...protects, cover: { isValid: false, gap: "approver_may_not" } },
    "Not ready · 2 protected numbers need an approval",
  ],
  [
    "an approver whose right is unknown",
    { ...protects, cover: { isValid: false, gap: "approver_unknown" } },
    "Nothing to repair, but 2 protected numbers need an approval · Patchbay cannot find out whether the plan's approval counts",
  ],
  [
    "a lapsed approval of two",
    { ...protects, unapproved: 1, lapsed: 1, cover: half("expired") },
    "Not ready · 1 protected number needs an approval",
  ],
  [
    "a lapsed approval of two, where one is enough",
    { ...protects, unapproved: 0, cover: half("expired") },
    "Ready to run",
  ],
  [
    "one of two approvers whose right is unknown",
    { ...protects, unapproved: 1, lapsed: 1, cover: half("approver_unknown") },
    "Nothing to repair, but 1 protected number needs an approval · Patchbay cannot find out whether the plan's approval counts",
  ],
  [
    "a lapsed approval without protected numbers",
    { cover: { isValid: false, gap: "expired" } },
    "Ready to run",
  ],
  [
    "a freeze and no approval",
    { ...protects, frozen: 1 },
    "Nothing to repair, but 1 number is frozen now · 2 protected numbers need an approval",
  ],
];

it.each(moments)("says of %s, that holds for the moment or by design", (_cause, moment, words) => {
  expect(standingText(standingOf([], { ...quiet, ...moment }))).toBe(words);
});

it("is not ready with anything to repair, beside what holds for the moment", () => {
  const standing = standingOf([{ why: "The number is gone." }], { ...quiet, frozen: 1 }, 7);
  expect(standingText(standing)).toBe("Not ready · 1 number is frozen now");
  expect(standing.repairCount).toBe(7);
});

const step = (numberId: string, verdict: LookedStep["verdict"]): LookedStep => ({
  key: { connectionId: "con_1", numberId },
  tier: 0,
  now: {},
  verdict,
});
const capacity: Rule = {
  id: "rul_1",
  title: "Capacity",
  scopes: [{ connectionId: "con_1" }],
  demand: { kind: "canary_first", atMost: 1 },
};

it("repairs what cannot be switched, an unreadable connection once, and rules but no waits", () => {
  const steps = [
    step("gone", { kind: "cannot", why: "It is gone." }),
    step("unread_1", { kind: "unread", why: "The key was rejected." }),
    step("unread_2", { kind: "unread", why: "The key was rejected." }),
    step("frozen", { kind: "held", by: "freeze", why: "It is frozen." }),
    step("there", { kind: "already_so" }),
    step("fine", { kind: "will_switch" }),
    step("unknown", { kind: "unknown" }),
  ];
  const blockers = [
    { rule: capacity, why: "too many go first" },
    { rule: usualWait, why: "wait 40s" },
  ];
  expect(problemsOf(steps, blockers)).toEqual([
    { connectionId: "con_1", numberId: "gone", why: "It is gone." },
    { connectionId: "con_1", why: "The key was rejected." },
    { kind: "rule", why: "Capacity: too many go first." },
  ]);
});
