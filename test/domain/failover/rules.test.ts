import { describe, expect, it } from "vitest";
import { evaluateRule, type Effect, type Rule, type RuleFacts } from "../../../src/domain/failover/rules.ts";
import type { Demand } from "../../../src/domain/failover/demand.ts";

const key = (numberId: string) => ({ connectionId: "con_1", numberId });
const lines = ["a", "b", "c"];
const scopes = lines.map((numberId) => key(numberId));

const rule = (demand: Demand): Rule => ({ id: "rul_1", title: "Lines", scopes, demand });
const keeps = (atLeast: number): Rule => rule({ kind: "keep_agent", atLeast });
const stays = (atLeast: number): Rule => rule({ kind: "stay_on", atLeast, agentId: "day", agentName: "Day" });
const most = (numbers: number): Rule =>
  rule({ kind: "at_most", atMost: { numbers }, agentId: "night", agentName: "Night" });
const part = (percent: number): Rule =>
  rule({ kind: "at_most", atMost: { percent }, agentId: "night", agentName: "Night" });

const facts = (
  agents: Readonly<Record<string, string | null | undefined>>,
  isComplete = true,
): RuleFacts => ({
  members: isComplete ? scopes : undefined,
  agentsOf: ({ numberId }) => [agents[numberId]],
  besidesOf: () => undefined,
});
const effect = (numberId: string, before: string | null, after: string | null): Effect => ({
  key: key(numberId),
  before,
  after,
});

const day = { a: "day", b: "day", c: "day" };

describe("a rule", () => {
  it.each<[string, Rule, RuleFacts, readonly Effect[], string | undefined]>([
    ["a detach that leaves enough", keeps(2), facts(day), [effect("a", "day", null)], undefined],
    [
      "one that leaves too few",
      keeps(3),
      facts(day),
      [effect("a", "day", null)],
      "at least 3 must keep an agent, and this leaves 2",
    ],
    ["a change of agent", keeps(3), facts(day), [effect("a", "day", "night")], undefined],
    ["a detach of another number", keeps(3), facts(day), [{ ...effect("x", "day", null) }], undefined],
    [
      "several effects together",
      keeps(2),
      facts(day),
      [effect("a", "day", null), effect("b", "day", null)],
      "at least 2 must keep an agent, and this leaves 1",
    ],
    [
      "a number that gets its agent while the rule is broken",
      keeps(3),
      facts({ a: null, b: null, c: "day" }),
      [effect("a", null, "day")],
      undefined,
    ],
    [
      "an unread number",
      keeps(2),
      facts({ a: "day", b: undefined, c: "day" }),
      [effect("a", "day", null)],
      "at least 2 must keep an agent, and this leaves 1 (1 could not be read)",
    ],
    [
      "an unread list",
      keeps(1),
      facts(day, false),
      [effect("a", "day", null)],
      "at least 1 must keep an agent, and this leaves 0 (a list of numbers could not be read)",
    ],
    [
      "a number that leaves its agent",
      stays(3),
      facts(day),
      [effect("a", "day", "night")],
      "at least 3 must stay on Day, and this leaves 2",
    ],
    [
      "a number that comes back",
      stays(3),
      facts({ ...day, a: "night" }),
      [effect("a", "night", "day")],
      undefined,
    ],
    [
      "a detach for a rule about an agent",
      stays(3),
      facts(day),
      [effect("a", "day", null)],
      "at least 3 must stay on Day, and this leaves 2",
    ],
    ["room on the agent", most(1), facts(day), [effect("a", "day", "night")], undefined],
    [
      "no room on the agent",
      most(1),
      facts({ ...day, b: "night" }),
      [effect("a", "day", "night")],
      "at most 1 may be on Night, and this makes 2",
    ],
    [
      "a number that leaves the full agent",
      most(0),
      facts({ ...day, a: "night" }),
      [effect("a", "night", "day")],
      undefined,
    ],
    [
      "an unread number for a capacity",
      most(1),
      facts({ a: "day", b: undefined, c: "day" }),
      [effect("a", "day", "night")],
      "at most 1 may be on Night, and this makes 2 (1 could not be read)",
    ],
    [
      "an unread list for a capacity",
      most(100),
      facts(day, false),
      [effect("a", "day", "night")],
      "at most 100 may be on Night, and this makes 1 (a list of numbers could not be read)",
    ],
    [
      "a part of the numbers",
      part(67),
      facts({ ...day, b: "night" }),
      [effect("a", "day", "night")],
      undefined,
    ],
    [
      "too great a part",
      part(66),
      facts({ ...day, b: "night" }),
      [effect("a", "day", "night")],
      "at most 1 may be on Night, and this makes 2",
    ],
  ])("judges %s", (_what, wanted, known, effects, why) => {
    expect(evaluateRule(wanted, known, effects)?.why).toBe(why);
  });

  it("counts only its own numbers while their list cannot be read", () => {
    const elsewhere: readonly Effect[] = ["x", "y"].map((id) => effect(id, "day", "night"));
    const detached = effect("a", "day", null);
    expect(evaluateRule(keeps(2), facts(day, false), [detached, ...elsewhere])?.why).toBe(
      "at least 2 must keep an agent, and this leaves 0 (a list of numbers could not be read)",
    );
  });

  it("counts a number that the list lacks", () => {
    const whole = { ...most(0), scopes: [{ connectionId: "con_1" }] };
    expect(evaluateRule(whole, facts({ ...day, new: "day" }), [effect("new", "day", "night")])?.why).toBe(
      "at most 0 may be on Night, and this makes 1",
    );
  });

  it("counts the unread agent of the changed number itself against the change", () => {
    const unread = { key: key("a"), before: undefined } as const;
    const known = facts({ a: undefined, b: "night", c: "day" });
    expect(evaluateRule(most(1), known, [{ ...unread, after: "night" }])).toBeDefined();
    expect(evaluateRule(keeps(3), known, [{ ...unread, after: null }])).toBeDefined();
  });

  it("counts each agent that a number may have now against a change", () => {
    const pending: RuleFacts = {
      ...facts({}),
      agentsOf: ({ numberId }) => (numberId === "b" ? ["day", null] : ["day"]),
    };
    expect(evaluateRule(keeps(2), pending, [effect("a", "day", null)])).toBeDefined();
    const arriving: RuleFacts = {
      ...pending,
      agentsOf: ({ numberId }) => (numberId === "b" ? ["day", "night"] : ["day"]),
    };
    expect(evaluateRule(most(1), arriving, [effect("a", "day", "night")])).toBeDefined();
    expect(evaluateRule(keeps(2), arriving, [effect("a", "day", null)])).toBeUndefined();
  });
});
