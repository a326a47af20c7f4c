import type { NumberKey } from "../../domain/phone-number.ts";
import { getNumber } from "../../operations/numbers/get-number.ts";
import { mayOperate, rightsHere } from "../../operations/access/permissions.ts";
import { context, message, section, type Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { lastKnownWords } from "./last-known-message.ts";
import { numberCard } from "./number-card.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { bare } from "../block-kit/format.ts";

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
