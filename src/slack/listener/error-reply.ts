import type { Problem } from "../../domain/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { problemMessage, toProblem } from "../block-kit/problem-message.ts";
import { redrawView, type OpenedView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";

/** Words for whatever was thrown; a bug is logged with the same id that the words name. */
export function errorReply(
  req: RequestContext,
  error: unknown,
): { readonly message: Message; readonly problem: Problem } {
  const met = toProblem(error);
  if (!met.known) req.ctx.log.error({ requestId: req.ctx.requestId, err: error }, "bug");
  return { message: problemMessage(met, req.ctx.requestId), problem: met.problem };
}

/** Puts the words for whatever was thrown into an open form, else to the person. */
export async function errorReplyInView(
  req: RequestContext,
  opened: OpenedView,
  title: string,
  error: unknown,
): Promise<void> {
  const { message } = errorReply(req, error);
  // Without the hash: these words must be seen, whatever version of the form is on the screen.
  if (await redrawView(req, { id: opened.id }, textModal(title, message.blocks))) return;
  await req.replyPrivately(message);
}
