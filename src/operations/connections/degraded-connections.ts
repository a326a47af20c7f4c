import { isProblem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { Outage } from "../../domain/vendor/vendor-account.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** A connection whose lists keep failing, so that they are requested less often. */
export interface DegradedConnection {
  readonly connection: Connection;
  readonly outage: Outage;
}

/** The degraded connections, all or the one with that id. Sends no request. */
export async function degradedConnections(
  ctx: Context,
  connectionId?: string,
): Promise<readonly DegradedConnection[]> {
  await requireRoleAudited(ctx, "viewer", "see connections");
  const all = await ctx.workspace.connections.list();
  const meant = all.filter(({ id }) => connectionId === undefined || id === connectionId);
  const found = await Promise.all(meant.map(async (connection) => degradationOf(ctx, connection)));
  return found.flatMap((troubled) => troubled ?? []);
}

async function degradationOf(ctx: Context, connection: Connection): Promise<DegradedConnection | undefined> {
  try {
    const { account } = await openConnection(ctx, connection.id);
    const outage = account.outage?.();
    return outage && { connection, outage };
  } catch (error) {
    // A connection that cannot be opened is reported where it is used.
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** How many agents of a connection could not be read. */
export interface MissingAgents {
  readonly connection: Connection;
  readonly count: number;
}

/** The number of agents that the last listing could not read; undefined for none. Sends no request. */
export async function missingAgents(ctx: Context, connectionId: string): Promise<MissingAgents | undefined> {
  await requireRoleAudited(ctx, "viewer", "see connections");
  try {
    const { connection, account } = await openConnection(ctx, connectionId);
    const count = (await account.unreadableAgents?.()) ?? 0;
    return count > 0 ? { connection, count } : undefined;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
