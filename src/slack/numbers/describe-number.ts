import type { NumberKey } from "../../domain/phone-number.ts";
import { getNumber } from "../../operations/numbers/get-number.ts";
import { mayOperate, currentPermissions } from "../../operations/access/permissions.ts";
import { context, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { lastKnownWords } from "./last-known-message.ts";
import { numberCard } from "./number-card.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/**
 * A number as its vendor shows it now; when the vendor does not answer, why, with what was last known. Throws what
 * reading throws when nothing was known either.
 */
export async function describeNumber(req: RequestContext, key: NumberKey): Promise<Message> {
  try {
    const view = await getNumber(req.ctx, key);
    return numberCard(view, mayOperate(await currentPermissions(req.ctx), key.connectionId));
  } catch (error) {
    const last = await lastKnownWords(req, key, error);
    if (!last) throw error;
    const words = `${problemText(toProblem(error))}${last}`;
    return message([section(words), context(`Id \`${req.ctx.requestId}\``)], stripMrkdwn(words));
  }
}
