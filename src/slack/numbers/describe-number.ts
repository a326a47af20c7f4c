import type { NumberKey } from "../../domain/phone-number.ts";
import { loadNumberCard } from "../../operations/numbers/get-number.ts";
import { context, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { lastKnownWords } from "./last-known-message.ts";
import { numberCard } from "./number-card.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/**
 * A number read live. If the vendor does not respond, the reason and the last known state. Throws what reading throws
 * if nothing is known.
 */
export async function describeNumber(req: RequestContext, key: NumberKey): Promise<Message> {
  try {
    const { view, mayChange } = await loadNumberCard(req.ctx, key);
    return numberCard(view, mayChange);
  } catch (error) {
    const last = await lastKnownWords(req, key, error);
    if (!last) throw error;
    const words = `${problemText(toProblem(error))}${last}`;
    return message([section(words), context(`Id \`${req.ctx.requestId}\``)], stripMrkdwn(words));
  }
}
