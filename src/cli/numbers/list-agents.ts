import { z } from "zod";
import type { Connection } from "../../domain/connections/connections.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { connectionDocument, connectionOf } from "../../operations/documents/number-document.ts";
import { listAgents as agentsOf } from "../../operations/numbers/list-agents.ts";
import type { Context } from "../../operations/shared/context.ts";
import { namedConnection } from "../../operations/shared/named-connection.ts";
import { controlCommand } from "../control/control-command.ts";

/** The agents that can be given to a number, by connection and then by name. */
export const agentListDocument = z.object({
  workspace: z.string(),
  agents: z.array(z.object({ connection: connectionDocument, id: z.string(), name: z.string() })),
  /** Connections whose agents cannot be listed now. */
  unanswered: z.array(z.object({ connection: connectionDocument, problem: z.string() })),
});
export type AgentListDocument = z.infer<typeof agentListDocument>;

export const listAgents = controlCommand({
  name: "number.agents",
  input: z.object({ connection: z.string().trim().max(300).optional() }),
  output: agentListDocument,
  run: async (ctx, { connection: named }) => {
    await requireRoleAudited(ctx, "viewer", "see agents");
    const connections = await connectionsNamed(ctx, named);
    const lists = await Promise.all(connections.map(async (one) => listOf(ctx, one)));
    const failed = lists.find(({ problem }) => problem !== undefined)?.problem;
    // Of one connection that was named, there is nothing else to show.
    if (failed && named !== undefined) throw failed;
    return {
      workspace: ctx.workspace.id,
      agents: lists.flatMap(({ agents }) => agents),
      unanswered: lists.flatMap(({ connection, problem }) =>
        problem ? [{ connection, problem: problem.message }] : [],
      ),
    };
  },
});

async function connectionsNamed(ctx: Context, named: string | undefined): Promise<readonly Connection[]> {
  const all = await ctx.workspace.connections.list();
  if (named === undefined) return all;
  const found = namedConnection(all, named);
  if (found) return [found];
  const nearest = all.map(({ name }) => name);
  throw new Problem("not_found", `There is no connection “${named}”.`, { field: "connection", nearest });
}

async function listOf(ctx: Context, of: Connection) {
  const connection = connectionOf(of);
  try {
    const agents = (await agentsOf(ctx, of.id)).filter(({ unbindable }) => unbindable === undefined);
    return { connection, agents: agents.map(({ id, name }) => ({ connection, id, name })) };
  } catch (error) {
    if (isProblem(error)) return { connection, agents: [], problem: error };
    throw error;
  }
}
