import {
  missingAgents,
  degradedConnections,
  type DegradedConnection,
  type MissingAgents,
} from "../../operations/connections/degraded-connections.ts";
import type { NumberToChange } from "../../operations/change/load-number-to-change.ts";
import { bold, slackDate } from "../block-kit/blocks.ts";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import type { RequestContext } from "../context/request-context.ts";

/** The number of connections to name above a list or a form. */
const mostNamed = 5;

/** Since when a connection keeps failing, and what Patchbay does about it, in mrkdwn. */
export function outageText({ connection, outage }: DegradedConnection): string {
  const { since, until } = outage;
  return `:electric_plug: ${bold(connection.name)} has not listed its numbers since ${slackDate(since)}. Patchbay tries again after ${slackDate(until)}. You can still change numbers.`;
}

/** A line for each degraded connection, or for one; empty without any. */
export async function outageLines(req: RequestContext, connectionId?: string): Promise<readonly string[]> {
  const troubled = await degradedConnections(req.ctx, connectionId);
  const left = troubled.length - mostNamed;
  const more =
    left > 0 ? [`And ${left} more connections do not answer: \`/number connections\` shows all.`] : [];
  return [...troubled.slice(0, mostNamed).map(outageText), ...more];
}

/**
 * What is wrong with a connection, for a form that changes its numbers, including agents that are missing from the
 * options.
 */
export async function formOutageLines(
  req: RequestContext,
  verb: ChangeKind,
  connectionId: string,
): Promise<readonly string[]> {
  const lines = await outageLines(req, connectionId);
  const missing = choosesAgent(verb) ? await missingAgents(req.ctx, connectionId) : undefined;
  return missing ? [...lines, missingAgentsText(missing)] : lines;
}

/** The same from known data, without a lookup. */
export function connectionWarnings(
  verb: ChangeKind,
  { view: { connection }, outage, missingAgents: count }: NumberToChange,
): readonly string[] {
  const lines = outage ? [outageText({ connection, outage })] : [];
  return choosesAgent(verb) && count > 0 ? [...lines, missingAgentsText({ connection, count })] : lines;
}

const choosesAgent = (verb: ChangeKind): boolean => verb === "reassign" || verb === "edit";

function missingAgentsText({ connection, count }: MissingAgents): string {
  const agents = count === 1 ? "1 agent" : `${count} agents`;
  return `:warning: ${agents} of ${bold(connection.name)} could not be read and cannot be chosen here.`;
}
