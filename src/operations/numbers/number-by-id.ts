import type { PhoneNumber } from "../../domain/phone-number.ts";
import { isProblem } from "../../domain/problem.ts";
import type { Connection } from "../../domain/connections.ts";
import { mayBeId } from "../../domain/vendor-id.ts";
import type { ConnectedList } from "./connected-lists.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";

/** A number that no list shows, and the connection that it was read through. */
export interface NumberById {
  readonly connection: Connection;
  readonly number: PhoneNumber;
}

/**
 * The number with that vendor id, read live at every connection, for no list shows it: its API has none, it did not
 * answer, or this record of it cannot be read. Undefined when there is none. Throws vendor_response_unreadable where
 * there is one that cannot be read.
 */
export async function numberById(
  ctx: Context,
  id: string,
  lists: readonly ConnectedList[],
): Promise<NumberById | undefined> {
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
  for (const one of found) if (!(one instanceof Error)) return one;
  for (const one of found) if (isProblem(one, "vendor_response_unreadable")) throw one;
  return undefined;
}
