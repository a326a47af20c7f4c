import type { Button } from "@slack/types";
import { actions, section } from "../block-kit/blocks.ts";
import { nameMention } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import type { Origin } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import type { Failure } from "../listener/handler.ts";

/** The form in which somebody confirmed the preview of a run. */
interface ConfirmedPreview {
  readonly id: string;
  readonly title: string;
  /** Unknown if the form itself could not be parsed. */
  readonly from: Origin | undefined;
  /** Previews it again. */
  readonly again: Button | undefined;
}

/** Says in the form why the run was not begun, and who began the run that is in its way. Without a form, in a message. */
export async function finishRefusedPreview(
  req: RequestContext,
  { message, problem }: Failure,
  { id, title, from, again }: ConfirmedPreview,
): Promise<void> {
  const { startedBy } = problem.details;
  // The first request updates the form, not its duplicate.
  if (problem.code === "already_requested" && startedBy === undefined) return retryFinishModal(req, { id });
  const who = startedBy === undefined ? [] : [section(`${nameMention(startedBy)} began that one.`)];
  const blocks = [...message.blocks, ...who, ...(again ? [actions([again])] : [])];
  if (await finishModal(req, { id }, textModal(title, blocks, from))) return;
  await req.in(from ?? {}).replyPrivately(message);
}
