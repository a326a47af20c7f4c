import { needsId } from "../../domain/numbers/namesakes.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { agentIdsIn, agentsIn, formatAgents, isOneOfSeveral } from "../../domain/numbers/answering-agents.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import { bold, code, cut, escape } from "./blocks.ts";

/** Names for agent ids. */
export type Labels = Readonly<Record<string, string>>;

/** What the words about agents depend on. */
type Wording = Pick<Vendor, "capabilities">;

/** Who answers a number, in mrkdwn. "Not reported" differs from "nobody". */
export function answersText(
  number: Pick<PhoneNumber, "agent" | "answeredBy" | "chooser">,
  labels: Labels,
  vendor: Wording,
): string {
  const { agent, answeredBy, chooser } = number;
  if (answeredBy !== undefined) return answeredByText(answeredBy);
  if (agent === undefined) return "_the vendor does not say who answers_";
  if (agent === null) return chooser === undefined ? nobodyText : noAgentText;
  const { id, name } = agent;
  const names = name ? Object.fromEntries([...agentIdsIn([id])].map((one) => [one, name])) : {};
  return agentText(id, { ...labels, ...names }, vendor);
}

/** What answers a number in place of an agent, in mrkdwn. */
export function answeredByText(answeredBy: string): string {
  return `${bold(cut(answeredBy, 100))} (no agent)`;
}

/** Who answers a number, as a clause in mrkdwn. */
export function answersClause(
  { agent, answeredBy, chooser }: Pick<PhoneNumber, "agent" | "answeredBy" | "chooser">,
  labels: Labels,
  vendor: Wording,
): string {
  const agents = answersText({ agent }, labels, vendor);
  if (answeredBy !== undefined) {
    const instead = agent ? ` instead of ${agents}` : "";
    return `${answeredByText(answeredBy)} answers${instead}`;
  }
  const { id = "" } = agent ?? {};
  const verb = agentsIn(id).length > 1 && !isOneOfSeveral(id) ? "answer" : "answers";
  if (chooser === undefined) return `${agents} ${verb}`;
  const what = escape(cut(chooser, 100));
  return agent === null
    ? `no agent answers, unless ${what} chooses one for a call`
    : `${agents} ${verb}, unless ${what} chooses another agent for a call`;
}

const nobodyText = "*nobody*";
const noAgentText = "*no agent*";

/**
 * The agents in a snapshot, in mrkdwn: of several, each with its share. Where the vendor is not at hand, a version is
 * called "version", and no agent "nobody".
 */
export function agentText(agents: string | null | undefined, labels: Labels, vendor?: Wording): string {
  if (agents === undefined) return "_not said_";
  if (agents === null) return vendor?.capabilities.mayAnswerWithoutAgent ? noAgentText : nobodyText;
  const nameOf = (agentId: string): string => agentName(agentId, labels);
  return formatAgents(agents, { nameOf, versionWord: vendor?.capabilities.versionWord });
}

/** One agent, in mrkdwn. */
export function agentName(agentId: string, labels: Labels): string {
  const name = ownValue(labels, agentId);
  if (!name) return `agent ${code(agentId)}`;
  // The id distinguishes agents with the same name.
  const id = needsId(agentId, labels) ? ` (${code(agentId)})` : "";
  return `${bold(cut(name, 100))}${id}`;
}

/** An agent in plain text, for menus and previews. It includes the id if another agent looks the same. */
export function agentLabel(agentId: string, name: string, labels: Labels): string {
  const isShared = needsId(agentId, { ...labels, [agentId]: name });
  return isShared ? `${cut(name, Math.max(10, 72 - agentId.length))} (${agentId})` : name;
}

/**
 * The ids of agents that a text names, in mrkdwn, to append to the text: ` · ids `agt_1` → `agt_2``. Leaves out agents
 * whose ids the text contains already, because they have no name or share it. Empty if none is left.
 */
export function idsBehind(agentIds: readonly (string | null | undefined)[], labels: Labels): string {
  const hidden = [...agentIdsIn(agentIds)].filter((id) => ownValue(labels, id) && !needsId(id, labels));
  const ids = hidden.map((id) => code(id));
  return ids.length === 0 ? "" : ` · ${ids.length === 1 ? "id" : "ids"} ${ids.join(" → ")}`;
}
