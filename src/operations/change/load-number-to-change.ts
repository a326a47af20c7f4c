import type { Role } from "../../domain/shared/actor.ts";
import type { Incident } from "../../domain/changes/incident.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { Outage } from "../../domain/vendor/vendor.ts";
import { requireOperatorAudited } from "../access/permissions.ts";
import { readNumber, type NumberView } from "../numbers/get-number.ts";
import { findAgentElsewhere, type AgentElsewhere } from "../numbers/agents-elsewhere.ts";
import { matchAgent, type AgentMatch } from "../numbers/list-agents.ts";
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
  readonly outage: Outage | undefined;
  /** The number of agents of the connection that could not be read, so that they cannot be chosen. */
  readonly missingAgents: number;
}

/**
 * Reads a number for a change form. It checks permissions and opens the connection only once. Throws not_allowed,
 * not_found, not_connected and what the vendor's read throws.
 */
export async function loadNumberToChange(
  ctx: Context,
  key: NumberKey,
  {
    agentText,
    channelId,
  }: { readonly agentText?: string | undefined; readonly channelId?: string | undefined },
): Promise<NumberToChange> {
  const [{ role }, open, incident] = await sideBySide(
    requireOperatorAudited(ctx, key.connectionId),
    openConnection(ctx, key.connectionId),
    incidentIn(ctx, channelId),
  );
  const view = await readNumber(ctx, open, key);
  const agent = agentText ? await agentNamed(open, agentText) : undefined;
  const agentElsewhere =
    agentText && agent?.kind === "none"
      ? await findAgentElsewhere(ctx, key.connectionId, agentText)
      : undefined;
  const outage = open.account.outage?.();
  const missingAgents = (await open.account.unreadableAgents?.()) ?? 0;
  return { view, role, incident, agent, agentElsewhere, outage, missingAgents };
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
