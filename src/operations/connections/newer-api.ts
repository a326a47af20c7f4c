import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { openConnection, type Context } from "../shared/context.ts";

/** Whether the numbers of an account show that it has the newer generation of its vendor's API. */
export const showNewerApi = (numbers: readonly PhoneNumber[]): boolean =>
  numbers.some(({ isNewerApi }) => isNewerApi === true);

/** The same for a connection, according to its numbers as they were last read. Sends no request. */
export async function hasNewerApi(ctx: Context, connectionId: string): Promise<boolean> {
  const { account } = await openConnection(ctx, connectionId);
  return showNewerApi((await account.lastKnown?.())?.numbers ?? []);
}
