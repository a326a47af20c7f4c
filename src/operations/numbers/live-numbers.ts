import { isProblem } from "../../domain/problem/problem.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { mayBeId } from "../../domain/vendor/vendor-id.ts";
import { openConnection, type Context } from "../shared/context.ts";
import type { NumberQuery } from "../shared/number-query.ts";

/** A number that was read live, without a list. */
export interface LiveNumber {
  readonly connection: Connection;
  readonly number: PhoneNumber;
}

/** Fewer digits are only a part of a number. */
const leastDigits = 8;

/** Whether a text can be requested from vendors: an exact id, or a whole number. */
export function isExact({ text, digits, whole }: NumberQuery): boolean {
  return digits === "" ? mayBeId(text) : whole && digits.length >= leastDigits;
}

/**
 * Reads an exact id or a whole number live from connections whose lists are unavailable: by id from all, by number if
 * the vendor can search. Failures are reported with the lists.
 */
export async function liveNumbers(
  ctx: Context,
  query: NumberQuery,
  connections: readonly Connection[],
  signal: AbortSignal,
): Promise<readonly LiveNumber[]> {
  if (!isExact(query)) return [];
  const found = await Promise.all(
    connections.map(async (connection) => {
      try {
        return (await askFor(ctx, query, connection, signal)).map((number) => ({ connection, number }));
      } catch (error) {
        if (isProblem(error)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

async function askFor(
  ctx: Context,
  { text, digits, others }: NumberQuery,
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly PhoneNumber[]> {
  const { account } = await openConnection(ctx, connection.id);
  if (digits === "") return [await account.getNumber(text, signal)];
  if (!account.searchNumbers) return [];
  const wanted = new Set([digits, ...others]);
  // All variants of the number end in the same digits, so one search finds them.
  const found = await account.searchNumbers(digits.slice(-leastDigits), signal);
  return found.filter(({ e164 }) => wanted.has(e164.replace(/\D/gu, "")));
}
