import type { NumberKey } from "../domain/phone-number.ts";
import { getNumber } from "../operations/get-number.ts";
import { mayOperate, rightsHere } from "../operations/rights.ts";
import { context, message, section, type Message } from "./block-kit.ts";
import type { Desk } from "./desk.ts";
import { lastKnownWords } from "./messages/last-known.ts";
import { numberCard } from "./messages/number-card.ts";
import { problemText, toProblem } from "./messages/problem.ts";
import { bare } from "./words.ts";

/**
 * A number as its vendor shows it now; when the vendor does not answer, why, with what was last known. Throws what
 * reading throws when nothing was known either.
 */
export async function describeNumber(at: Desk, key: NumberKey): Promise<Message> {
  try {
    const view = await getNumber(at.ctx, key);
    return numberCard(view, mayOperate(await rightsHere(at.ctx), key.connectionId));
  } catch (error) {
    const last = await lastKnownWords(at, key, error);
    if (!last) throw error;
    const words = `${problemText(toProblem(error))}${last}`;
    return message([section(words), context(`Id \`${at.ctx.requestId}\``)], bare(words));
  }
}
