import { isProblem } from "../../domain/problem/problem.ts";
import { listProtections, unprotect } from "../../operations/restrictions/protect.ts";
import type { Message } from "../block-kit/blocks.ts";
import { errorReply } from "../listener/error-reply.ts";
import { unfreezeAndAnnounce } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { RequestContext } from "../context/request-context.ts";
import { protectionListMessage, unprotectedMessage } from "./protection-message.ts";
import type { ActionRequest } from "../listener/action.ts";
import { freezeValue, scopeValue } from "../block-kit/key-values.ts";
import { listFreezes } from "../../operations/restrictions/active-freezes.ts";

/** Removes a protection, for the button in the list. */
export async function unprotectOne(req: RequestContext, value: string | undefined): Promise<void> {
  await lifted(
    req,
    async () => req.replyPrivately(unprotectedMessage(await unprotect(req.ctx, scopeValue.parse(value)))),
    async () => protectionListMessage(await listProtections(req.ctx)),
  );
}

/** Unfreezes, for the button in the list or in the announcement. */
export async function unfreezeOne({ at: req, value, pressed }: ActionRequest): Promise<void> {
  await lifted(
    req,
    async () => {
      const { scope, setAt } = freezeValue.parse(value);
      await unfreezeAndAnnounce(req, scope, setAt);
    },
    // An announcement is updated from the log, like every other message about the freeze.
    pressed ? undefined : async () => freezeListMessage(await listFreezes(req.ctx)),
  );
}

/**
 * Runs the action of a button in a list and replaces the list by the current one. If the action was already over, it
 * shows the current list, too, with a message about that.
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
