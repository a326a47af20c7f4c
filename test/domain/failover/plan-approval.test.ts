import { describe, expect, it } from "vitest";
import {
  coversNumber,
  endsSoonText,
  joinedApproval,
  lapsedText,
  planCoverAt,
  type PlanApproval,
} from "../../../src/domain/failover/plan-approval.ts";
import { day } from "../../support/fixtures.ts";

const start = Date.parse("2026-01-01T00:00:00.000Z");
const after = (ms: number): Date => new Date(start + ms);
const number = { connectionId: "con_1", numberId: "pn_1" };
const approval: PlanApproval = {
  id: "apr_1",
  revision: 3,
  at: after(0).toISOString(),
  by: "U1",
  numbers: [number],
};
const drilled = (ms: number, revision = 3) => ({
  revision,
  at: after(ms).toISOString(),
  ready: 1,
  of: 2,
  isGreen: false,
});

describe("an approval of a plan", () => {
  it.each([
    ["on the day", 0, 0, true],
    ["just before 90 days", 90 * day - 1, 80 * day, true],
    ["after 90 days", 90 * day, 80 * day, false],
    ["just before its drill is 30 days old", 30 * day - 1, 0, true],
    ["when its drill is 30 days old", 30 * day, 0, false],
  ])("%s", (_when, nowMs, drillMs, isValid) => {
    expect(planCoverAt({ approval, drill: drilled(drillMs) }, 3, after(nowMs)).isValid).toBe(isValid);
  });

  it.each([
    ["never_approved", { drill: drilled(0) }, 3],
    ["older_revision", { approval, drill: drilled(0, 4) }, 4],
    ["never_drilled", { approval, drill: drilled(0, 2) }, 3],
    ["never_drilled", { approval }, 3],
  ])("does not count: %s", (gap, state, revision) => {
    expect(planCoverAt(state, revision, after(day))).toMatchObject({ isValid: false, gap });
  });

  it("covers the numbers that were approved, as long as it counts", () => {
    const cover = planCoverAt({ approval, drill: drilled(0) }, 3, after(day));
    expect(coversNumber(cover, number)).toBe(true);
    expect(coversNumber(cover, { ...number, numberId: "pn_2" })).toBe(false);
    expect(coversNumber(cover, { ...number, connectionId: "con_2" })).toBe(false);
    expect(coversNumber(planCoverAt({ approval }, 3, after(day)), number)).toBe(false);
  });

  it("of two people covers what wants two, until the older one ends", () => {
    const by = (userId: string, ms: number, more: Partial<PlanApproval> = {}): PlanApproval => ({
      ...approval,
      id: `apr_${userId}`,
      by: userId,
      at: after(ms).toISOString(),
      ...more,
    });
    const cover = (joined: PlanApproval, nowMs: number) =>
      planCoverAt({ approval: joined, drill: drilled(nowMs) }, 3, after(nowMs));
    const both = joinedApproval(by("U1", 0), by("U2", 20 * day), 2);
    expect([both.id, both.first?.by, both.by]).toEqual(["apr_U1", "U1", "U2"]);
    const covers = [89, 90, 109].map((days) => [
      coversNumber(cover(both, days * day), number, 2),
      coversNumber(cover(both, days * day), number),
    ]);
    expect(covers).toEqual([
      [true, true],
      [false, true],
      [false, true],
    ]);
    expect(cover(both, day)).toMatchObject({ isValid: true, endsAt: after(90 * day) });
    expect(cover(both, 110 * day)).toMatchObject({ gap: "expired" });
    // The two newest of different people count.
    const again = joinedApproval(both, by("U1", 80 * day), 2);
    expect([again.first?.by, again.by]).toEqual(["U2", "U1"]);
    expect(joinedApproval(both, by("U3", 80 * day), 2).first?.by).toBe("U2");
    // One person twice, another revision or other numbers, and numbers that want one.
    expect(joinedApproval(by("U1", 0), by("U1", day), 2).first).toBeUndefined();
    expect(joinedApproval(by("U1", 0), by("U2", day, { revision: 4 }), 2).first).toBeUndefined();
    const other = { numbers: [number, { ...number, numberId: "pn_2" }] };
    expect(joinedApproval(by("U1", 0), by("U2", day, other), 2).first).toBeUndefined();
    expect(joinedApproval(by("U1", 0), by("U2", day), 1).first).toBeUndefined();
  });

  it("is announced to end within a week, by its own end or by the drill that it needs", () => {
    const soon = (nowMs: number, drillMs: number) =>
      endsSoonText(planCoverAt({ approval, drill: drilled(drillMs) }, 3, after(nowMs)), after(nowMs));
    expect(soon(day, 0)).toBeUndefined();
    expect(soon(23 * day, 0)).toContain("unless someone drills the plan");
    expect(soon(83 * day, 80 * day)).toContain("An approver can approve the plan again");
    expect(soon(91 * day, 80 * day)).toBeUndefined();
  });

  it("is said to have lapsed only if there was one", () => {
    expect(lapsedText(planCoverAt({ drill: drilled(0) }, 3, after(0)))).toBeUndefined();
    expect(lapsedText(planCoverAt({ approval, drill: drilled(0) }, 3, after(0)))).toBeUndefined();
    expect(lapsedText(planCoverAt({ approval, drill: drilled(0) }, 4, after(0)))).toContain(
      "changed the plan",
    );
  });
});
