import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { loadNumberCard } from "../../operations/numbers/get-number.ts";
import { context, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { fitsOption } from "../block-kit/button-row.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { keepText } from "../forms/stored-state.ts";
import { lastKnownWords } from "./last-known-message.ts";
import { numberCard } from "./number-card.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The card of a number, with what the person may do. */
export async function loadCard(req: RequestContext, key: NumberKey): Promise<Message> {
  const { view, mayChange, isAdmin } = await loadNumberCard(req.ctx, key);
  const value = numberValue.encode(view.key);
  const token = fitsOption("history", value) ? undefined : await keepText(req, value);
  return numberCard(view, { mayChange, isAdmin }, token);
}

/**
 * A number read live. If the vendor does not respond, the reason and the last known state. Throws what reading throws
 * if nothing is known.
 */
export async function describeNumber(req: RequestContext, key: NumberKey): Promise<Message> {
  try {
    return await loadCard(req, key);
  } catch (error) {
    const last = await lastKnownWords(req, key, error);
    if (!last) throw error;
    const words = `${problemText(toProblem(error))}${last}`;
    return message([section(words), context(`Id \`${req.ctx.requestId}\``)], stripMrkdwn(words));
  }
}
