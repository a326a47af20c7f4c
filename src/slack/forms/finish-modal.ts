import type { ModalView } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import { redrawView, tryRedraw, type OpenedView } from "./modals.ts";

/** When it is safe to say that Slack has taken the ack, in milliseconds after the last words were drawn. */
const ackTakenMs = 1500;

/**
 * Turns a submitted form into its last words. Returns false when it cannot be: see `redrawView`. The ack, which says
 * “Working…”, is on its way at the same time, and a quick result can overtake it: so the form is looked at once more.
 */
export async function finishModal(
  req: RequestContext,
  opened: OpenedView,
  view: ModalView,
): Promise<boolean> {
  req.deps.memory.finishedForms.set(req.ctx.requestId, view);
  const { became, hash } = await tryRedraw(req, opened, view);
  if (became !== "drawn") return false;
  if (hash) setTimeout(() => void drawOverAck(req, { id: opened.id, hash }, view), ackTakenMs).unref();
  return true;
}

/** Draws the last words again if something came over them, unless it was the person who went on in this form. */
async function drawOverAck(req: RequestContext, drawn: OpenedView, view: ModalView): Promise<void> {
  const { finishedForms, latestRequests } = req.deps.memory;
  const { requestId } = req.ctx;
  const isLast = () =>
    finishedForms.get(requestId) === view && latestRequests.isLatest(drawn.id, "number", requestId);
  if (!isLast()) return;
  const { became } = await tryRedraw(req, drawn, view, req.clients.quick);
  if (became === "moved" && isLast()) await tryRedraw(req, { id: drawn.id }, view, req.clients.quick);
}

/**
 * For a submission that came in twice: its ack has put “Working…” over the last words of the first one. Draws nothing
 * while that one is under way, since it draws them itself. `otherwise` says what to draw when this process has not ended
 * the first one: nothing, or words from the record.
 */
export async function retryFinishModal(
  req: RequestContext,
  opened: OpenedView,
  otherwise: () => Promise<ModalView | undefined> = async () => undefined,
): Promise<void> {
  const view = req.deps.memory.finishedForms.get(req.ctx.requestId) ?? (await otherwise());
  if (view) await redrawView(req, opened, view);
}
