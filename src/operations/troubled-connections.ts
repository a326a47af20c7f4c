import { isProblem } from "../domain/problem.ts";
import type { Connection } from "../domain/vault.ts";
import type { Trouble } from "../domain/vendor.ts";
import { openConnection, type Context } from "./context.ts";
import { requireRole } from "./rights.ts";

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
