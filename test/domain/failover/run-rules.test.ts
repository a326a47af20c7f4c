import { expect, it } from "vitest";
import { evaluateRunRules, longestWaitOf, overridable } from "../../../src/domain/failover/run-rules.ts";
import type { Demand } from "../../../src/domain/failover/demand.ts";
import type { Rule } from "../../../src/domain/failover/rules.ts";
import { runStepOf } from "../../support/failover/run-steps.ts";

const now = new Date("2026-03-01T03:00:00.000Z");
const steps = [runStepOf("num_1"), runStepOf("num_2"), runStepOf("num_3")];
const [one] = steps;
const rule = (demand: Demand, numberId = "num_1"): Rule => ({
  id: `rul_${demand.kind}`,
  title: demand.kind,
  scopes: [{ ...runStepOf(numberId).key }],
  demand,
});
const overAgo = (numberId: string, ms: number) => ({
  ...runStepOf(numberId).key,
  overAt: new Date(now.getTime() - ms).toISOString(),
});
const whys = (rules: readonly Rule[], recent: readonly ReturnType<typeof overAgo>[] = []): string[] =>
  evaluateRunRules(rules, steps, { now, recent }).map(({ why }) => why);

it("waits a minute between two runs on the same number, which nobody can override", () => {
  const recent = [overAgo("num_1", 20_000), overAgo("num_2", 60_000), overAgo("num_9", 0)];
  const blockers = evaluateRunRules([], steps, { now, recent });
  expect(blockers.map(({ why }) => why)).toEqual([
    "two runs on the same number are 1 min apart, and 1 number had one: wait 40 s",
  ]);
  expect(overridable(blockers)).toEqual([]);
});

it("waits as long as the rules about a number say, also shorter", () => {
  const recent = [overAgo("num_1", 90_000), overAgo("num_2", 20_000)];
  const longer = rule({ kind: "wait", ms: 300_000 });
  const shorter = rule({ kind: "wait", ms: 10_000 }, "num_2");
  expect(whys([longer, shorter], recent)).toEqual([
    "two runs on the same number are 5 min apart, and 1 number had one: wait 4 min",
  ]);
  expect(longestWaitOf([longer, shorter])).toBe(300_000);
});

it("names the usual wait beside a longer rule, so that an override lifts only the rule", () => {
  const recent = [overAgo("num_1", 20_000)];
  const blockers = evaluateRunRules([rule({ kind: "wait", ms: 300_000 })], steps, { now, recent });
  expect(blockers.map(({ rule: { title } }) => title)).toEqual(["wait", "Wait between runs"]);
  expect(overridable(blockers).map(({ rule: { title } }) => title)).toEqual(["wait"]);
  expect(evaluateRunRules([rule({ kind: "wait", ms: 10_000 })], steps, { now, recent })).toEqual([]);
});

it("demands a first tier of at most so many numbers", () => {
  const canary = rule({ kind: "canary_first", atMost: 2 });
  expect(whys([canary])).toEqual([
    "the first tier of a run switches at most 2 numbers, and this one switches 3",
  ]);
  expect(whys([rule({ kind: "canary_first", atMost: 2 }, "num_9")])).toEqual([]);
  const tiered = steps.map((step) => ({ ...step, tier: step === one ? 0 : 1 }));
  expect(evaluateRunRules([canary], tiered, { now, recent: [] })).toEqual([]);
});
