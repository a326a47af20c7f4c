import { isProblem } from "../../domain/problem.ts";
import { listFreezes } from "../../operations/restrictions/freeze.ts";
import { listProtections, unprotect } from "../../operations/restrictions/protect.ts";
import type { Message } from "../block-kit/blocks.ts";
import { explain } from "../listener/error-reply.ts";
import { liftAndTell } from "./freeze-flow.ts";
import { freezeListMessage } from "./freeze-message.ts";
import type { Desk } from "../context/request-context.ts";
import { protectionListMessage, unprotectedMessage } from "./protection-message.ts";
import { readScope } from "./encode-scope.ts";
import type { Clicked } from "../listener/action.ts";

/** Takes a protection back, for the button of the list. */
export async function unprotectOne(at: Desk, value: string | undefined): Promise<void> {
  await lifted(
    at,
    async () => at.tell(unprotectedMessage(await unprotect(at.ctx, readScope(value)))),
    async () => protectionListMessage(await listProtections(at.ctx)),
  );
}

/** Lifts a freeze, for the button of the list or of the message that told of it. */
export async function unfreezeOne({ at, value, pressed }: Clicked): Promise<void> {
  await lifted(
    at,
    async () => liftAndTell(at, readScope(value)),
    // A message that everybody sees says what has become of its own freeze, like every other about it.
    pressed ? undefined : async () => freezeListMessage(await listFreezes(at.ctx)),
  );
}

/**
 * Does what a button of a list is for; what is so now then takes the list's place, so that the button is gone. A button
 * whose act was over already leads there too, with words about that.
 */
export async function lifted(
  at: Desk,
  act: () => Promise<unknown>,
  listNow: (() => Promise<Message>) | undefined,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    await at.tell(explain(at, error).message);
  }
  if (listNow && at.conversation.responseUrl !== undefined) await at.replace(await listNow());
}
