import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import { readWhen } from "./connected-lists.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** A number as last read from its vendor. */
export interface LastKnownNumber {
  readonly key: NumberKey;
  readonly connection: Connection;
  readonly vendor: Vendor;
  readonly number: PhoneNumber;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Date;
}

/** The last known state of a number whose vendor does not respond; undefined if there is none. Sends no request. */
export async function lastKnownNumber(ctx: Context, key: NumberKey): Promise<LastKnownNumber | undefined> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  try {
    const { connection, vendor, account } = await openConnection(ctx, key.connectionId);
    const last = await account.lastKnown?.();
    const number = last?.numbers.find(({ id }) => id === key.numberId);
    if (!last || !number) return undefined;
    const labels = Object.fromEntries(last.agents.map(({ id, name }) => [id, name]));
    return { key, connection, vendor, number, labels, at: readWhen(ctx, last).at ?? last.at };
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
