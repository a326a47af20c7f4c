import { isProblem } from "../../domain/problem.ts";
import type { Connection } from "../../domain/connections.ts";
import type { Trouble } from "../../domain/vendor.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { requireRole } from "../access/permissions.ts";

/** A connection whose lists keep failing, so that they are asked for less often. */
export interface TroubledConnection {
  readonly connection: Connection;
  readonly trouble: Trouble;
}

/** The connections that are in trouble now, all of them or the one of that id. Asks no vendor anything. */
export async function troubledConnections(
  ctx: Context,
  connectionId?: string,
): Promise<readonly TroubledConnection[]> {
  await requireRole(ctx, "viewer", "see connections");
  const all = await ctx.workspace.vault.list();
  const meant = all.filter(({ id }) => connectionId === undefined || id === connectionId);
  const found = await Promise.all(meant.map(async (connection) => troubleOf(ctx, connection)));
  return found.flatMap((troubled) => troubled ?? []);
}

async function troubleOf(ctx: Context, connection: Connection): Promise<TroubledConnection | undefined> {
  try {
    const { account } = await openConnection(ctx, connection.id);
    const trouble = account.trouble?.();
    return trouble && { connection, trouble };
  } catch (error) {
    // One that does not open is told of where it is used.
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** How many agents of a connection could not be read when they were last listed; undefined for none. Asks no vendor anything. */
export async function missingAgents(
  ctx: Context,
  connectionId: string,
): Promise<{ readonly connection: Connection; readonly count: number } | undefined> {
  await requireRole(ctx, "viewer", "see connections");
  try {
    const { connection, account } = await openConnection(ctx, connectionId);
    const count = (await account.unreadableAgents?.()) ?? 0;
    return count > 0 ? { connection, count } : undefined;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
