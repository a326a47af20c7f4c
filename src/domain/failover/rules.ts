import { z } from "zod";
import { agentIdsIn, isOneOfSeveral } from "../numbers/answering-agents.ts";
import { keyText, type BesidesKind, type NumberKey } from "../numbers/phone-number.ts";
import { covers, type Scope } from "../numbers/scope.ts";
import { demand, type AgentDemand, type Demand } from "./demand.ts";

const scope = z.object({ connectionId: z.string(), numberId: z.string().optional() });

/** The longest name of a rule, in characters. */
export const longestRuleTitle = 80;
export const maxRules = 50;

/** What is stored of a rule besides its id. */
export const ruleBody = z.object({
  /** Its name, by which it is removed and overridden. */
  title: z.string(),
  /** Numbers, and connections with all of their numbers. */
  scopes: z.array(scope).min(1),
  demand,
});

/** A safety rule about a set of numbers. It holds for every change, no matter who makes it or how. */
export interface Rule extends Readonly<z.infer<typeof ruleBody>> {
  readonly id: string;
}

/** What a change, or a run of changes, makes of the agent of a number. */
export interface Effect {
  readonly key: NumberKey;
  /** The agent now and afterwards, as in a snapshot; null for none. */
  readonly before: string | null | undefined;
  readonly after: string | null;
}

/** The agents that a number may have now; `undefined` stands for one that could not be read. */
export type PossibleAgents = readonly (string | null | undefined)[];

/** What is known about the numbers of a rule. */
export interface RuleFacts {
  /** The numbers in its scopes; undefined if a connection's list could not be read. */
  readonly members: readonly NumberKey[] | undefined;
  agentsOf(key: NumberKey): PossibleAgents;
  /** What else decides who answers a number that has this agent. */
  besidesOf(key: NumberKey, agent: string | null | undefined): BesidesKind | undefined;
}

/** Why a rule does not allow something. */
export interface Blocker {
  readonly rule: Rule;
  /** What it demands and what would be left, as a sentence. */
  readonly why: string;
}

/** Whether a rule has to be evaluated for an effect: only then are the other numbers of its set read. */
export function isTouchedBy({ scopes, demand: wanted }: Rule, { key, before, after }: Effect): boolean {
  if (!scopes.some((one) => covers(one satisfies Scope, key)) || before === after) return false;
  switch (wanted.kind) {
    case "keep_agent":
      return after === null;
    case "stay_on":
      return !isOn(wanted.agentId, after);
    case "at_most":
      return isOn(wanted.agentId, after);
    case "wait":
    case "canary_first":
      return false;
  }
}

/**
 * The rule's verdict on effects that happen together: undefined if it allows them. It blocks what breaks it or makes a
 * break worse, never what makes it better. A number that could not be read counts against the effects.
 */
export function evaluateRule(rule: Rule, facts: RuleFacts, effects: readonly Effect[]): Blocker | undefined {
  const { demand: wanted } = rule;
  if (wanted.kind === "wait" || wanted.kind === "canary_first") return undefined;
  if (!effects.some((effect) => isTouchedBy(rule, effect))) return undefined;
  const afterwards = new Map(effects.map(({ key, after }) => [keyText(key), after]));
  // A list may be a moment old or unreadable: the changed numbers count even where it lacks them.
  const own = effects.flatMap(({ key }) => (rule.scopes.some((one) => covers(one, key)) ? [key] : []));
  const members = [...new Map([...(facts.members ?? []), ...own].map((key) => [keyText(key), key])).values()];
  const agentsAfter = (key: NumberKey): PossibleAgents => {
    const changed = afterwards.get(keyText(key));
    return changed === undefined ? facts.agentsOf(key) : [changed];
  };
  const { surely, maybe } = countsFor(wanted, facts);
  const [against, inFavour] = wanted.kind === "at_most" ? [maybe, surely] : [surely, maybe];
  // Of a changed number, what is not known must not make the state before look as bad as the one after.
  const before = members.filter((key) =>
    (afterwards.has(keyText(key)) ? inFavour : against)(key, facts.agentsOf(key)),
  ).length;
  const after = members.filter((key) => against(key, agentsAfter(key))).length;
  if (wanted.kind !== "at_most") {
    if (after >= wanted.atLeast || after >= before) return undefined;
    const what = wanted.kind === "keep_agent" ? "must keep an agent" : `must stay on ${wanted.agentName}`;
    return {
      rule,
      why: `at least ${wanted.atLeast} ${what}, and this leaves ${after}${unknownText(wanted, facts)}`,
    };
  }
  const most = mostOf(wanted, members.length);
  if (facts.members !== undefined && (after <= most || after <= before)) return undefined;
  return {
    rule,
    why: `at most ${most} may be on ${wanted.agentName}, and this makes ${after}${unknownText(wanted, facts)}`,
  };
}

/** Whether an agent answers a number. A number with several agents is on each of them. */
const isOn = (agentId: string, agents: string | null): boolean => agentIdsIn([agents]).has(agentId);

type Counts = (key: NumberKey, agents: PossibleAgents) => boolean;

/** Whether a number surely has an agent that the demand counts, and whether it may have one. */
function countsFor(
  wanted: AgentDemand,
  facts: RuleFacts,
): { readonly surely: Counts; readonly maybe: Counts } {
  const count = wanted.kind === "keep_agent" ? countReached : countOn(wanted.agentId);
  return {
    surely: (key, agents) => agents.every((agent) => count(agent, facts.besidesOf(key, agent)) === "yes"),
    maybe: (key, agents) => agents.some((agent) => count(agent, facts.besidesOf(key, agent)) !== "no"),
  };
}

type Count = (agent: string | null | undefined, besides: BesidesKind | undefined) => "yes" | "no" | "unknown";

/** Whether callers reach something. What may choose an agent may choose none. */
const countReached: Count = (agent, besides) => {
  if (agent || besides === "answers itself") return "yes";
  return agent === undefined || besides === "may choose" ? "unknown" : "no";
};

/** Whether callers reach this agent: not where something else answers, and perhaps where something may choose it. */
const countOn =
  (agentId: string): Count =>
  (agent, besides) => {
    if (agent === undefined || besides === "may choose") return "unknown";
    if (agent === null || !isOn(agentId, agent)) return "no";
    return besides === undefined && !isOneOfSeveral(agent) ? "yes" : "unknown";
  };

function mostOf({ atMost }: Demand & { readonly kind: "at_most" }, size: number): number {
  return "numbers" in atMost ? atMost.numbers : Math.floor((atMost.percent * size) / 100);
}

/** How many numbers count against the effects because nobody knows who answers them. */
function unknownText(wanted: AgentDemand, { members, agentsOf, besidesOf }: RuleFacts): string {
  if (members === undefined) return " (a list of numbers could not be read)";
  const isUnread = (key: NumberKey): boolean =>
    agentsOf(key).some((agent) => agent === undefined && besidesOf(key, agent) === undefined);
  const isChosen = (key: NumberKey): boolean =>
    agentsOf(key).some(
      (agent) => besidesOf(key, agent) === "may choose" && (wanted.kind !== "keep_agent" || !agent),
    );
  const unread = members.filter(isUnread).length;
  const chosen = members.filter(isChosen).length;
  const parts = [
    ...(unread > 0 ? [`${unread} could not be read`] : []),
    ...(chosen > 0 ? [`for ${chosen}, a webhook or a server may choose the agent`] : []),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}
