import { expect, it } from "vitest";
import type { Demand } from "../../../src/domain/failover/demand.ts";
import { evaluateRule } from "../../../src/domain/failover/rules.ts";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import { besidesKind, type PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";

type Other = Pick<PhoneNumber, "answeredBy" | "chooser" | "withoutAgent">;

const key = (numberId: string) => ({ connectionId: "con_1", numberId });
const scopes = [key("a"), key("b")];
const keeps: Demand = { kind: "keep_agent", atLeast: 1 };
const stays: Demand = { kind: "stay_on", atLeast: 1, agentId: "day", agentName: "Day" };
const most: Demand = { kind: "at_most", atMost: { numbers: 1 }, agentId: "night", agentName: "Night" };

const relay: Other = { answeredBy: "a relay" };
const webhook: Other = { chooser: "the webhook at a.example" };
/** A server that decides only while no agent is assigned. */
const server: Other = { withoutAgent: "the server at a.example" };
const decidingServer: Other = { ...server, chooser: "the server at a.example" };

const chosen = "for 1, a webhook or a server may choose the agent";

/** What the rule says if number a is changed like this, and b has this agent and this besides. */
function why(
  demand: Demand,
  [before, after]: readonly [string | null, string | null],
  [agent, other]: readonly [string | null | undefined, Other],
  ownOther: Other = {},
): string | undefined {
  const rule = { id: "rul_1", title: "Lines", scopes, demand };
  const others: Readonly<Record<string, Other>> = { a: ownOther, b: other };
  return evaluateRule(
    rule,
    {
      members: scopes,
      agentsOf: ({ numberId }) => [numberId === "a" ? before : agent],
      besidesOf: ({ numberId }, having) => besidesKind(others[numberId] ?? {}, having),
    },
    [{ key: key("a"), before, after }],
  )?.why;
}

it.each<[string, string | null | undefined, Other, string | undefined]>([
  ["a relay, which answers in place of an agent", undefined, relay, undefined],
  ["a relay beside no agent", null, relay, undefined],
  ["an agent whose webhook may choose another", "day", webhook, undefined],
  ["a webhook alone, which may choose none", null, webhook, `this leaves 0 (${chosen})`],
  ["a server alone, which may choose none", null, decidingServer, `this leaves 0 (${chosen})`],
  ["nothing", null, {}, "this leaves 0"],
])("at least one keeps an agent: the other number has %s", (_what, agent, other, end) => {
  const said = why(keeps, ["day", null], [agent, other]);
  expect(said).toEqual(end && `at least 1 must keep an agent, and ${end}`);
});

it("lets an agent go from a number that a relay answers all the same", () => {
  expect(why(keeps, ["day", null], [null, {}], relay)).toBeUndefined();
});

it.each<[string, string | null | undefined, Other, string | undefined]>([
  ["another agent", "day", {}, undefined],
  ["a server that has no say", "day", server, undefined],
  ["a relay beside another agent", "day", relay, undefined],
  ["a webhook beside another agent", "day", webhook, `this makes 2 (${chosen})`],
  ["a server that decides", null, decidingServer, `this makes 2 (${chosen})`],
  ["a relay and an agent that the vendor does not say", undefined, relay, "this makes 2"],
  ["the agent, behind a relay", "night", relay, "this makes 2"],
])("at most one is on an agent: the other number has %s", (_what, agent, other, end) => {
  const said = why(most, ["day", "night"], [agent, other]);
  expect(said).toEqual(end && `at most 1 may be on Night, and ${end}`);
});

it("counts one of several agents for nobody's benefit", () => {
  const either = agentsText([{ id: "day" }, { id: "night" }]);
  expect(why(stays, ["day", "night"], [either, {}])).toBe("at least 1 must stay on Day, and this leaves 0");
  expect(why(most, ["day", "night"], [either, {}])).toBe("at most 1 may be on Night, and this makes 2");
  expect(why(keeps, ["day", null], [either, {}])).toBeUndefined();
});

it.each<[string, Other, string | undefined]>([
  ["alone", {}, undefined],
  ["and a server that has no say", server, undefined],
  ["behind a relay", relay, "this leaves 0"],
  ["unless a webhook chooses another", webhook, `this leaves 0 (${chosen})`],
])("at least one stays on an agent: the other number has it %s", (_what, other, end) => {
  const said = why(stays, ["day", "night"], ["day", other]);
  expect(said).toEqual(end && `at least 1 must stay on Day, and ${end}`);
});
