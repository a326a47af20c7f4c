import { expect, it } from "vitest";
import type { Demand } from "../../../src/domain/failover/demand.ts";
import { evaluateRule } from "../../../src/domain/failover/rules.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";

const shared = agentsText([
  { id: "day", share: 0.5 },
  { id: "night", version: "prod", share: 0.5 },
]);
const key = { connectionId: "con_1", numberId: "a" };
const stays: Demand = { kind: "stay_on", atLeast: 1, agentId: "day", agentName: "Day" };
const most: Demand = { kind: "at_most", atMost: { numbers: 0 }, agentId: "night", agentName: "Night" };

it.each<[string, Demand, string, string, boolean]>([
  ["lets a number keep a share on its agent", stays, "day", shared, true],
  ["keeps a number from leaving an agent that it shares", stays, shared, "night", false],
  ["counts a share on a full agent", most, "day", shared, false],
  ["lets a number leave a full agent that it shares", most, shared, "day", true],
  ["counts several agents as an agent", { kind: "keep_agent", atLeast: 1 }, "day", shared, true],
])("a rule %s", (_what, demand, before, after, isAllowed) => {
  const rule = { id: "rul_1", title: "Lines", scopes: [key], demand };
  const facts = { members: [key], agentsOf: () => [before], besidesOf: () => undefined };
  expect(evaluateRule(rule, facts, [{ key, before, after }]) === undefined).toBe(isAllowed);
});
