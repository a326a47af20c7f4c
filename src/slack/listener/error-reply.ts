import type { Problem } from "../../domain/problem/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { problemMessage, toProblem } from "../block-kit/problem-message.ts";
import { redrawView, type OpenedView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";

/** The message for anything that was thrown. A bug is logged with the id in the message. */
export function errorReply(
  req: RequestContext,
  error: unknown,
): { readonly message: Message; readonly problem: Problem } {
  const met = toProblem(error);
  if (!met.known) req.ctx.log.error({ requestId: req.ctx.requestId, err: error }, "bug");
  return { message: problemMessage(met, req.ctx.requestId), problem: met.problem };
}

/** Shows an error in an open form, or else to the person. */
export async function errorReplyInView(
  req: RequestContext,
  opened: OpenedView,
  title: string,
  error: unknown,
): Promise<void> {
  const { message } = errorReply(req, error);
  // Without the hash, because the error must be visible whatever version of the form is shown.
  if (await redrawView(req, { id: opened.id }, textModal(title, message.blocks))) return;
  await req.replyPrivately(message);
}
