import { isProblem } from "../../domain/problem.ts";
import { listFreezes } from "../../operations/restrictions/freeze.ts";
import { listProtections, unprotect } from "../../operations/restrictions/protect.ts";
import type { Message } from "../block-kit/blocks.ts";
import { errorReply } from "../listener/error-reply.ts";
import { liftAndTell } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { RequestContext } from "../context/request-context.ts";
import { protectionListMessage, unprotectedMessage } from "./protection-message.ts";
import type { ActionRequest } from "../listener/action.ts";
import { scopeValue } from "../block-kit/key-values.ts";

/** Takes a protection back, for the button of the list. */
export async function unprotectOne(req: RequestContext, value: string | undefined): Promise<void> {
  await lifted(
    req,
    async () => req.replyPrivately(unprotectedMessage(await unprotect(req.ctx, scopeValue.parse(value)))),
    async () => protectionListMessage(await listProtections(req.ctx)),
  );
}

/** Lifts a freeze, for the button of the list or of the message that notified of it. */
export async function unfreezeOne({ at: req, value, pressed }: ActionRequest): Promise<void> {
  await lifted(
    req,
    async () => liftAndTell(req, scopeValue.parse(value)),
    // A message that everybody sees says what has become of its own freeze, like every other about it.
    pressed ? undefined : async () => freezeListMessage(await listFreezes(req.ctx)),
  );
}

/**
 * Does what a button of a list is for; what is so now then takes the list's place, so that the button is gone. A button
 * whose act was over already leads there too, with words about that.
 */
export async function lifted(
  req: RequestContext,
  act: () => Promise<unknown>,
  listNow: (() => Promise<Message>) | undefined,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    await req.replyPrivately(errorReply(req, error).message);
  }
  if (listNow && req.conversation.responseUrl !== undefined) await req.replace(await listNow());
}
