import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { Outage, VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { showNewerApi } from "./newer-api.ts";

/** A connection and whether its vendor responds. */
export interface ConnectionHealth {
  readonly connection: Connection;
  readonly vendor: Vendor;
  /** How many numbers it has; undefined if it did not respond. */
  readonly numbers: number | undefined;
  /** Whether the account has the newer generation of the vendor's API. */
  readonly hasNewerApi: boolean;
  readonly problem: Problem | undefined;
  /** The outage during which its lists are requested less often; undefined without one. */
  readonly outage: Outage | undefined;
}

/** All connections of the workspace with their health, for an admin. Throws not_allowed. */
export async function listConnections(ctx: Context): Promise<readonly ConnectionHealth[]> {
  await requireRoleAudited(ctx, "admin", "manage connections");
  return connectionHealth(ctx);
}

/**
 * All connections of the workspace, each with its health from its list of numbers (which may be a minute old), for a
 * caller that has checked permissions.
 */
export async function connectionHealth(ctx: Context): Promise<readonly ConnectionHealth[]> {
  const connections = await ctx.workspace.connections.list();
  return Promise.all(connections.map(async (connection) => healthOf(ctx, connection)));
}

async function healthOf(ctx: Context, connection: Connection): Promise<ConnectionHealth> {
  const vendor = ctx.accounts.vendor(connection.vendor);
  let account: VendorAccount | undefined;
  try {
    ({ account } = await openConnection(ctx, connection.id));
    const numbers = await account.listNumbers(AbortSignal.timeout(ctx.patientMs), 60_000);
    const newer = showNewerApi(numbers);
    const found = { numbers: numbers.length, hasNewerApi: newer, problem: undefined };
    return { connection, vendor, ...found, outage: account.outage?.() };
  } catch (error) {
    const outage = account?.outage?.();
    if (!isProblem(error)) throw error;
    const last = (await account?.lastKnown?.())?.numbers ?? [];
    const found = { numbers: undefined, hasNewerApi: showNewerApi(last), problem: error };
    return { connection, vendor, ...found, outage };
  }
}
