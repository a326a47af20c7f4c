import type { Role } from "../../domain/shared/actor.ts";
import type { Incident } from "../../domain/changes/incident.ts";
import type { Change, ChangeKind } from "../../domain/numbers/change.ts";
import type { Agent, NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { Outage } from "../../domain/vendor/vendor-account.ts";
import { requireOperatorAudited } from "../access/permissions.ts";
import { readNumber, type NumberView } from "../numbers/get-number.ts";
import { findAgentElsewhere, type AgentElsewhere } from "../numbers/agents-elsewhere.ts";
import { matchAgent, type AgentMatch } from "../numbers/list-agents.ts";
import { holdingAgentFor } from "../numbers/holding-agent.ts";
import { choiceNames } from "../numbers/list-choices.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { sideBySide } from "../shared/side-by-side.ts";

/** Everything that a change form shows of one number. */
export interface NumberToChange {
  readonly view: NumberView;
  /** The person's role. */
  readonly role: Role;
  /** The open incident of the conversation. */
  readonly incident: Incident | undefined;
  /** The agents that match the given text, or why that could not be determined. */
  readonly agent: AgentMatch | { readonly kind: "unknown"; readonly problem: Problem } | undefined;
  /** The agent of another connection that the text names instead. */
  readonly agentElsewhere: AgentElsewhere | undefined;
  /** The agent to reassign the number to instead of a detach. */
  readonly holding: Agent | undefined;
  /** Why this number cannot be changed like this, as text to show. Undefined if nothing is known to prevent it. */
  readonly obstacle: string | undefined;
  readonly outage: Outage | undefined;
  /** The number of agents of the connection that could not be read, so that they cannot be chosen. */
  readonly missingAgents: number;
}

/** What the person wants to do with the number, as far as they have said it. */
interface WantedChange {
  readonly verb: ChangeKind;
  readonly agentText?: string | undefined;
  readonly channelId?: string | undefined;
}

/**
 * Reads a number for a change form. It checks permissions and opens the connection only once. Throws not_allowed,
 * not_found, not_connected and what the vendor's read throws.
 */
export async function loadNumberToChange(
  ctx: Context,
  key: NumberKey,
  { verb, agentText, channelId }: WantedChange,
): Promise<NumberToChange> {
  const [{ role }, open, incident] = await sideBySide(
    requireOperatorAudited(ctx, key.connectionId),
    openConnection(ctx, key.connectionId),
    incidentIn(ctx, channelId),
  );
  const read = await readNumber(ctx, open, key);
  const fieldIds = open.vendor.capabilities.fields.map(({ id }) => id);
  const names = verb === "edit" ? await choiceNames(open, fieldIds) : {};
  const view = { ...read, labels: { ...read.labels, ...names } };
  const agent = agentText ? await agentNamed(open, agentText) : undefined;
  const agentElsewhere =
    agentText && agent?.kind === "none"
      ? await findAgentElsewhere(ctx, key.connectionId, agentText)
      : undefined;
  const outage = open.account.outage?.();
  const missingAgents = (await open.account.unreadableAgents?.()) ?? 0;
  const holding = verb === "detach" ? await holdingAgentFor(ctx, open, view.number) : undefined;
  const obstacle = obstacleTo(verb, open, view.number);
  return { view, role, incident, agent, agentElsewhere, holding, obstacle, outage, missingAgents };
}

/** A change of each kind with any value. Only what the vendor cannot do at all fails for it. */
function anyChange(verb: ChangeKind, { capabilities }: Vendor): Change | undefined {
  switch (verb) {
    case "reassign":
      return { kind: verb, agentId: "any" };
    case "detach":
      return { kind: verb };
    case "rename":
      return { kind: verb, name: "any" };
    case "edit": {
      const [field] = capabilities.fields;
      return field && { kind: verb, fields: { [field.id]: "any" } };
    }
  }
}

/** Lets the adapter build a change, which sends nothing, to find out whether the number can be changed like this. */
function obstacleTo(
  verb: ChangeKind,
  { account, vendor }: OpenConnection,
  number: PhoneNumber,
): string | undefined {
  const change = anyChange(verb, vendor);
  if (!change) return undefined;
  try {
    account.buildPatch(number, change);
    return undefined;
  } catch (error) {
    if (!isProblem(error, "unsupported")) throw error;
    return error.message;
  }
}

async function incidentIn(ctx: Context, channelId: string | undefined): Promise<Incident | undefined> {
  return channelId === undefined ? undefined : ctx.workspace.incidents.openIn(channelId);
}

async function agentNamed(open: OpenConnection, text: string): Promise<NumberToChange["agent"]> {
  try {
    return await matchAgent(open, text);
  } catch (problem) {
    if (!isProblem(problem)) throw problem;
    return { kind: "unknown", problem };
  }
}
