import { needsId } from "../../domain/numbers/namesakes.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { bold, code, cut } from "./blocks.ts";

/** Names for agent ids. */
export type Labels = Readonly<Record<string, string>>;

/** Who answers a number, in mrkdwn. "Not reported" differs from "nobody". */
export function answersText(
  { agent, answeredBy }: Pick<PhoneNumber, "agent" | "answeredBy">,
  labels: Labels,
): string {
  if (answeredBy !== undefined) return answeredByText(answeredBy);
  if (agent === undefined) return "_the vendor does not say who answers_";
  return agentText(agent?.id ?? null, agent?.name ? { ...labels, [agent.id]: agent.name } : labels);
}

/** What answers a number in place of an agent, in mrkdwn. */
export function answeredByText(answeredBy: string): string {
  return `${bold(cut(answeredBy, 100))} (no agent)`;
}

/** An agent in a snapshot, in mrkdwn. */
export function agentText(agentId: string | null | undefined, labels: Labels): string {
  if (agentId === undefined) return "_not said_";
  if (agentId === null) return "*nobody*";
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
  const hidden = agentIds.filter(
    (id): id is string => typeof id === "string" && Boolean(ownValue(labels, id)) && !needsId(id, labels),
  );
  const ids = [...new Set(hidden)].map((id) => code(id));
  return ids.length === 0 ? "" : ` · ${ids.length === 1 ? "id" : "ids"} ${ids.join(" → ")}`;
}
