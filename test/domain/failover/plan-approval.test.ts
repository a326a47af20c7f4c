import { describe, expect, it } from "vitest";
import {
  coversNumber,
  earlierApprovers,
  endsSoonText,
  hasLapsed,
  lapsedText,
  planCoverAt,
  planCoverOf,
  type PlanApproval,
  type PlanApprover,
  type PlanCover,
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

  const by = (userId: string, ms: number): PlanApprover => ({ by: userId, at: after(ms).toISOString() });
  const both: PlanApproval = { ...approval, ...by("U2", 20 * day), first: by("U1", 0) };
  const coverOfBoth = (nowMs: number): PlanCover =>
    planCoverAt({ approval: both, drill: drilled(nowMs) }, 3, after(nowMs));

  it("of two people covers what wants two, until the older one ends", () => {
    const covers = [89, 90, 109].map((days) => [
      coversNumber(coverOfBoth(days * day), number, 2),
      coversNumber(coverOfBoth(days * day), number),
      hasLapsed(coverOfBoth(days * day), number, 2),
    ]);
    expect(covers).toEqual([
      [true, true, false],
      [false, true, true],
      [false, true, true],
    ]);
    expect(coverOfBoth(day)).toMatchObject({ isValid: true, endsAt: after(90 * day) });
    expect(coverOfBoth(90 * day)).toMatchObject({ endsAt: after(110 * day), lost: "expired" });
    expect(lapsedText(coverOfBoth(90 * day))).toContain("One of the two approvals");
    expect(coverOfBoth(110 * day)).toMatchObject({ gap: "expired" });
  });

  it("of two people ends with the one who is left, if the other lost the right", () => {
    const cover = coverOfBoth(day);
    if (!cover.isValid) throw new Error("it counts");
    const left = planCoverOf(cover, [by("U2", 20 * day)], "approver_may_not");
    expect(left).toMatchObject({ isValid: true, endsAt: after(110 * day), lost: "approver_may_not" });
    expect(lapsedText(left)).toContain("can no longer approve");
    expect(planCoverOf(cover, [], "approver_unknown")).toMatchObject({ gap: "approver_unknown" });
    expect(planCoverOf(cover, cover.approvers, "approver_may_not")).toEqual(cover);
  });

  it("has lapsed only for what two people approved: not where one is enough or the protection is newer", () => {
    const half = coverOfBoth(90 * day);
    expect(hasLapsed(half, number, 1)).toBe(false);
    expect(hasLapsed(half, { ...number, numberId: "pn_2" }, 2)).toBe(false);
    expect(hasLapsed(planCoverAt({ approval, drill: drilled(0) }, 3, after(day)), number, 2)).toBe(false);
  });

  it("joins those of exactly the same that count by their dates, also before a drill", () => {
    const joins = (of: Partial<PlanApproval>, nowMs: number) =>
      earlierApprovers(both, { ...approval, ...of }, after(nowMs)).map((one) => one.by);
    expect(joins({}, 30 * day)).toEqual(["U1", "U2"]);
    expect(joins({}, 95 * day)).toEqual(["U2"]);
    expect(joins({}, 110 * day)).toEqual([]);
    expect(joins({ revision: 4 }, 30 * day)).toEqual([]);
    expect(joins({ numbers: [number, { ...number, numberId: "pn_2" }] }, 30 * day)).toEqual([]);
    expect(joins({ numbers: [{ ...number, numberId: "pn_2" }] }, 30 * day)).toEqual([]);
    expect(earlierApprovers(undefined, approval, after(0))).toEqual([]);
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
