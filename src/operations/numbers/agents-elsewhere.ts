import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { Agent } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { openConnection, type Context } from "../shared/context.ts";

/** How long the search may delay a person, in milliseconds. */
const searchMs = 1000;

/** An agent that belongs to another connection than the number. */
export interface AgentElsewhere {
  readonly agent: string;
  readonly connection: string;
}

/**
 * Searches the cached lists of all other connections for an agent with exactly this id or name, so that a person learns
 * why they cannot choose it. A connection that fails is skipped.
 */
export async function findAgentElsewhere(
  ctx: Context,
  connectionId: string,
  text: string,
): Promise<AgentElsewhere | undefined> {
  const id = text.trim();
  const wanted = normalizeName(text);
  if (wanted === "") return undefined;
  const others = (await ctx.workspace.connections.list()).filter((one) => one.id !== connectionId);
  const found = await Promise.all(
    others.map(async ({ id: otherId, name: connection }) => {
      const agent = (await agentsOf(ctx, otherId)).find(
        (one) => one.id === id || normalizeName(one.name) === wanted,
      );
      return agent && { agent: agent.name || agent.id, connection };
    }),
  );
  return found.find((one) => one !== undefined);
}

async function agentsOf(ctx: Context, connectionId: string): Promise<readonly Agent[]> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    return await account.listAgents(AbortSignal.timeout(searchMs), Number.POSITIVE_INFINITY);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}
