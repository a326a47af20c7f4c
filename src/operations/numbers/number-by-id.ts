import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { mayBeId } from "../../domain/vendor/vendor-id.ts";
import type { ConnectedList } from "./connected-lists.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";

/** A number that no list contains, and its connection. */
export interface NumberById {
  readonly connection: Connection;
  readonly number: PhoneNumber;
}

/**
 * Reads a number by its vendor id from every connection, because no list contains it: the API has no list, did not
 * respond, or this record of the list cannot be read. Several connections may have the same account. Throws
 * vendor_response_unreadable if it exists but cannot be read.
 */
export async function numberById(
  ctx: Context,
  id: string,
  lists: readonly ConnectedList[],
): Promise<readonly NumberById[]> {
  const asked = lists.filter(({ problem }) => mayBeId(id) || problem?.code === "unsupported");
  const found = await Promise.all(
    asked.map(async ({ connection }) => {
      try {
        const { account } = await openConnection(ctx, connection.id);
        return { connection, number: await account.getNumber(id, deadline("form")) };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return error;
      }
    }),
  );
  const numbers = found.flatMap((one) => (one instanceof Error ? [] : [one]));
  if (numbers.length > 0) return numbers;
  for (const one of found) if (isProblem(one, "vendor_response_unreadable")) throw one;
  return [];
}
