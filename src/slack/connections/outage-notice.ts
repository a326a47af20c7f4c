import {
  missingAgents,
  degradedConnections,
  type DegradedConnection,
} from "../../operations/connections/degraded-connections.ts";
import { bold, slackDate } from "../block-kit/blocks.ts";
import type { ChangeKind } from "../../domain/change.ts";
import type { RequestContext } from "../context/request-context.ts";

/** So many connections are named above a list or a form. */
const mostNamed = 5;

/** That a connection keeps failing, since when, and what is done about it, in mrkdwn. */
export function outageText({ connection, trouble }: DegradedConnection): string {
  const { since, until } = trouble;
  return `:electric_plug: ${bold(connection.name)} has not listed its numbers since ${slackDate(since)}. Patchbay tries again after ${slackDate(until)}. You can still change numbers.`;
}

/** The same of all connections that are in trouble, or of one, a line each; empty while all is well. */
export async function outageLines(req: RequestContext, connectionId?: string): Promise<readonly string[]> {
  const troubled = await degradedConnections(req.ctx, connectionId);
  const left = troubled.length - mostNamed;
  const more =
    left > 0 ? [`And ${left} more connections do not answer: \`/number connections\` shows all.`] : [];
  return [...troubled.slice(0, mostNamed).map(outageText), ...more];
}

/** What is not right with a connection, for a form that changes its numbers: also that agents are missing to choose from. */
export async function formOutageLines(
  req: RequestContext,
  verb: ChangeKind,
  connectionId: string,
): Promise<readonly string[]> {
  const lines = await outageLines(req, connectionId);
  if (verb !== "reassign" && verb !== "edit") return lines;
  const missing = await missingAgents(req.ctx, connectionId);
  if (!missing) return lines;
  const agents = missing.count === 1 ? "1 agent" : `${missing.count} agents`;
  const name = bold(missing.connection.name);
  return [...lines, `:warning: ${agents} of ${name} could not be read and cannot be chosen here.`];
}
