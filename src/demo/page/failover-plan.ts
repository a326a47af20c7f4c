import type { Connection } from "../../domain/connections/connections.ts";
import { defaultStopRule, type Plan, type PlanMember } from "../../domain/failover/plan.ts";
import type { Harness } from "../harness.ts";
import type { AccountView } from "../../sandbox/vendors/index.ts";

/** How many numbers of each account the plan switches, if it has so many. */
const mostOfEach = 10;
const twoHoursMs = 2 * 60 * 60_000;

/** A failover plan over these accounts: their last numbers go to the holding message, one number of each account first. */
export function holdingMessagePlan({ keys, vendors }: Harness, connections: readonly Connection[]): Plan {
  const members = connections.map(({ id, vendor }) => {
    const account = vendors[vendor].accounts().find(({ key }) => key === keys[vendor]);
    if (!account) throw new Error(`the fake of ${vendor} has no account of the demo`);
    return membersOf(id, account);
  });
  return {
    slug: "holding-message",
    title: "All lines to the holding message",
    when: "Callers hear silence or nonsense at several vendors.",
    owner: "S0ONCALL1",
    defaultForMs: twoHoursMs,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [
      { name: "canary", askBeforeNext: true, members: members.flatMap((each) => each.slice(0, 1)) },
      { name: "rest", askBeforeNext: false, members: members.flatMap((each) => each.slice(1)) },
    ],
  };
}

function membersOf(connectionId: string, { agents, numbers }: AccountView): PlanMember[] {
  const holding = agents.find(({ name }) => name === "Holding message");
  if (!holding) throw new Error("the account has no holding message");
  return numbers
    .filter(({ agentId }) => agentId !== null && agentId !== holding.id)
    .slice(-mostOfEach)
    .map(({ id }) => ({ connectionId, numberId: id, change: { kind: "reassign", agentId: holding.id } }));
}
