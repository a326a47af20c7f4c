import type { Problem } from "../../domain/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { problemMessage, toProblem } from "../block-kit/problem-message.ts";
import { redrawView, type OpenedView } from "../forms/modals.ts";
import { wordsView } from "../forms/text-modal.ts";

/** Words for whatever was thrown; a bug is logged with the same id that the words name. */
export function explain(at: Desk, error: unknown): { readonly message: Message; readonly problem: Problem } {
  const met = toProblem(error);
  if (!met.known) at.ctx.log.error({ requestId: at.ctx.requestId, err: error }, "bug");
  return { message: problemMessage(met, at.ctx.requestId), problem: met.problem };
}

/** Puts the words for whatever was thrown into an open form, else to the person. */
export async function explainInView(
  at: Desk,
  opened: OpenedView,
  title: string,
  error: unknown,
): Promise<void> {
  const { message } = explain(at, error);
  // Without the hash: these words must be seen, whatever version of the form is on the screen.
  if (await redrawView(at, { id: opened.id }, wordsView(title, message.blocks))) return;
  await at.tell(message);
}
