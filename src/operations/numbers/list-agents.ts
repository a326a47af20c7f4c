import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import { agentIdsOf, type Snapshot } from "../../domain/numbers/change.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Agent } from "../../domain/numbers/phone-number.ts";
import { mayBeId } from "../../domain/vendor/vendor-id.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { forEachInBatches } from "../../domain/shared/event-loop.ts";
import {
  deadline,
  openConnection,
  type Context,
  type LookedUpAgents,
  type OpenConnection,
} from "../shared/context.ts";
import { nearest } from "../shared/nearest.ts";

import { requireRoleAudited } from "../access/permissions.ts";
import { cooperativeSort } from "./cooperative-sort.ts";

/** How long a lookup that only adds names, or allows an early refusal, may delay a person, in milliseconds. */
const lookupMs = 2000;

const collator = new Intl.Collator();

/** The result of searching an agent by a text. */
export type AgentMatch =
  | { readonly kind: "one"; readonly agent: Agent }
  | { readonly kind: "several"; readonly agents: readonly Agent[] }
  | { readonly kind: "none"; readonly nearest: readonly Agent[] };

/**
 * The agents of a connection ordered by name, assignable ones first. Throws what the vendor's list throws, and the same if it
 * takes longer than `signal` allows.
 */
export async function listAgents(
  ctx: Context,
  connectionId: string,
  text = "",
  signal = deadline("form"),
): Promise<readonly Agent[]> {
  await requireRoleAudited(ctx, "viewer", "see agents");
  return agentsNamed(await openConnection(ctx, connectionId), text, signal);
}

async function agentsNamed(
  { account }: OpenConnection,
  text: string,
  signal: AbortSignal,
): Promise<readonly Agent[]> {
  const wanted = normalizeName(text);
  const agents = await account.listAgents(signal);
  const found: Agent[] = [];
  await forEachInBatches(agents, (agent) => {
    if ([agent.name, agent.id].some((said) => normalizeName(said).includes(wanted))) found.push(agent);
  });
  return cooperativeSort(
    found,
    (a, b) => Number(!!a.unbindable) - Number(!!b.unbindable) || collator.compare(a.name, b.name),
  );
}

/** Finds the agent with an id or name, ignoring case. It never guesses: similar names are only suggested. */
export async function matchAgent(open: OpenConnection, text: string): Promise<AgentMatch> {
  const agents = await agentsNamed(open, "", deadline("form")).catch(async (error: unknown) => {
    // If the API cannot list agents, they can only be found by id.
    if (!isProblem(error, "unsupported")) throw error;
    return [await open.account.getAgent(text.trim(), deadline("form"))];
  });
  const wanted = normalizeName(text);
  // A name may look like the id or the title of another agent, so all three count.
  const exact = agents.filter(
    (agent) => agent.id === text.trim() || normalizeName(agent.name) === wanted || isTitle(text, agent),
  );
  if (exact.length === 1 && exact[0]) return { kind: "one", agent: exact[0] };
  if (exact.length > 1) return { kind: "several", agents: exact };
  const byId = await agentById(open, text.trim());
  if (byId) return { kind: "one", agent: byId };
  return { kind: "none", nearest: await nearest(wanted, agents, ({ name }) => name) };
}

/**
 * Whether a text is an agent as Patchbay shows it: its id in backticks or brackets, alone or after its name or "agent".
 */
function isTitle(text: string, { id, name }: Agent): boolean {
  if (!text.includes(id)) return false;
  const [before = "", after = ""] = text.split(id, 2);
  return (
    /^[`)\]\s]*$/u.test(after) &&
    ["", "agent", normalizeName(name)].includes(normalizeName(before.replace(/[`([\s]+$/u, "")))
  );
}

/** Reads an agent by id. The list may lack it: it is new, or its record in the list could not be read. */
async function agentById({ account }: OpenConnection, id: string): Promise<Agent | undefined> {
  if (!mayBeId(id)) return undefined;
  try {
    return await account.getAgent(id, AbortSignal.timeout(lookupMs));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/**
 * The labels for the agents that are about to be assigned. Throws invalid_input if one does not exist or cannot be
 * assigned; if the vendor does not respond, the vendor's own check of the PATCH decides. `lookedUp` caches the result
 * for bulk work, so that each agent is looked up once.
 */
export async function findAssignableAgent(
  open: OpenConnection,
  agents: string,
  lookedUp: LookedUpAgents = new Map(),
): Promise<Record<string, string>> {
  const each = [...agentIdsIn([agents])].map(async (agentId) => {
    const key = JSON.stringify([open.connection.id, agentId]);
    const looking = lookedUp.get(key) ?? assignableAgent(open, agentId);
    lookedUp.set(key, looking);
    return looking;
  });
  return Object.fromEntries((await Promise.all(each)).flatMap((labels) => Object.entries(labels)));
}

async function assignableAgent(open: OpenConnection, agentId: string): Promise<Record<string, string>> {
  const [labels, agent] = await Promise.all([agentLabels(open), lookUpAgent(open, agentId)]);
  if (agent?.unbindable) {
    const words = `The agent ${agent.name} cannot answer a number: ${agent.unbindable}.`;
    throw new Problem("invalid_input", words, { field: "agent" });
  }
  return agent ? { ...labels, [agent.id]: agent.name } : labels;
}

/** Checks that agents named in fields exist under exactly these ids. Throws not_found for the field. */
export async function checkFieldAgents(
  open: OpenConnection,
  fields: Readonly<Record<string, string | null>>,
): Promise<void> {
  const named = open.vendor.capabilities.fields.filter(
    ({ id, input }) => input === "agent" && ownValue(fields, id),
  );
  await Promise.all(named.map(async ({ id }) => lookUpAgent(open, ownValue(fields, id) ?? "", id)));
}

async function lookUpAgent(
  { account, vendor }: OpenConnection,
  agentId: string,
  field = "agent",
): Promise<Agent | undefined> {
  try {
    return await account.getAgent(agentId, AbortSignal.timeout(lookupMs));
  } catch (error) {
    if (isProblem(error, "not_found")) {
      const details = { ...error.details, field };
      throw new Problem("not_found", `${vendor.title} has no agent ${agentId} (any more).`, details);
    }
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** The names of the agents in these states, as far as available. */
export async function agentNamesIn(
  open: OpenConnection,
  ...states: readonly Snapshot[]
): Promise<Record<string, string>> {
  const ids = agentIdsOf(...states);
  return Object.fromEntries(Object.entries(await agentLabels(open)).filter(([id]) => ids.has(id)));
}

/**
 * Names for agent ids, as far as available. If the vendor cannot list its agents, only the names are missing.
 * `maxAgeMs` is how old a cached list may be if a refresh takes a while.
 */
export async function agentLabels(
  { account }: Pick<OpenConnection, "account">,
  maxAgeMs?: number,
): Promise<Record<string, string>> {
  try {
    const agents = await account.listAgents(AbortSignal.timeout(lookupMs), maxAgeMs);
    return Object.fromEntries(agents.map(({ id, name }) => [id, name]));
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}
