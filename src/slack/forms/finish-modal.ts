import { setTimeout } from "node:timers/promises";
import type { ModalView } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import { redrawView, tryRedraw, type OpenedView } from "./modals.ts";

/** When it is safe to assume that Slack has applied the ack, in milliseconds after the final view was drawn. */
export const ackTakenMs = 1500;

/**
 * Shows the final view of a submitted form. Returns false if that fails: see `redrawView`. The ack, which shows
 * “Working…”, is sent at the same time and may arrive after a quick result, so the form is checked again.
 */
export async function finishModal(
  req: RequestContext,
  opened: OpenedView,
  final: ModalView,
): Promise<boolean> {
  // One that is closed before it is checked must not be drawn again.
  const view: ModalView = { ...final, notify_on_close: true };
  req.deps.memory.finishedForms.set(req.ctx.requestId, view);
  const redrawing = tryRedraw(req, opened, view);
  if (req.deps.store.shared) req.deps.backgroundTasks.track(keepForReplicas(req, view));
  const { result, hash } = await redrawing;
  if (result !== "drawn") return false;
  if (hash) void drawOverAck(req, { id: opened.id, hash }, view);
  return true;
}

/**
 * `finishModal` for a view with a secret. Only this process has it, for the seconds in which the ack may arrive; after
 * that, a repeated submission shows `without`. Returns false if the secret was not shown.
 */
export async function finishSecretModal(
  req: RequestContext,
  opened: OpenedView,
  view: ModalView,
  without: ModalView,
): Promise<boolean> {
  const { finishedForms } = req.deps.memory;
  finishedForms.set(req.ctx.requestId, view);
  const { result, hash } = await tryRedraw(req, opened, view);
  if (req.deps.store.shared) req.deps.backgroundTasks.track(keepForReplicas(req, without));
  const drawn = hash ? drawOverAck(req, { id: opened.id, hash }, view) : Promise.resolve();
  void drawn.finally(() => finishedForms.set(req.ctx.requestId, without));
  return result === "drawn";
}

/**
 * Draws the final view again if something replaced it meanwhile, unless the person continued in this form or Patchbay
 * is stopping.
 */
async function drawOverAck(req: RequestContext, drawn: OpenedView, view: ModalView): Promise<void> {
  const { finishedForms, latestRequests } = req.deps.memory;
  const signal = req.deps.backgroundTasks.stopping;
  await setTimeout(ackTakenMs, undefined, { signal, ref: false }).catch(() => undefined);
  if (signal.aborted) return;
  const { requestId } = req.ctx;
  const isLast = () =>
    finishedForms.get(requestId) === view && latestRequests.isLatest(drawn.id, "number", requestId);
  if (!isLast()) return;
  const { result } = await tryRedraw(req, drawn, view, req.clients.quick);
  if (result === "moved" && isLast()) await tryRedraw(req, { id: drawn.id }, view, req.clients.quick);
}

/**
 * For a submission that arrived twice: its ack has replaced the first one's final view by “Working…”. Does nothing
 * while the first one is running, because it draws the view itself. `otherwise` returns the view to show if no
 * replica has it any more: none, or text from the record.
 */
export async function retryFinishModal(
  req: RequestContext,
  opened: OpenedView,
  otherwise: () => Promise<ModalView | undefined> = async () => undefined,
): Promise<void> {
  const { store, memory } = req.deps;
  const view =
    memory.finishedForms.get(req.ctx.requestId) ??
    (store.shared && (await finishedElsewhere(req))) ??
    (await otherwise());
  if (view) await redrawView(req, opened, view);
}

const idOf = ({ ctx }: RequestContext): string => `form/${ctx.requestId}`;

/** Keeps the final view for a replica that receives the submission again. Never throws. */
async function keepForReplicas(req: RequestContext, view: ModalView): Promise<void> {
  try {
    await req.ctx.workspace.shortLivedSecrets.keep(idOf(req), JSON.stringify(view));
  } catch (error) {
    req.ctx.log.warn({ requestId: req.ctx.requestId, err: error }, "finished form not kept for replicas");
  }
}

/** The final view that another replica has drawn. */
async function finishedElsewhere(req: RequestContext): Promise<ModalView | undefined> {
  const kept = await req.ctx.workspace.shortLivedSecrets.find(idOf(req));
  if (kept === undefined) return undefined;
  const view: ModalView = JSON.parse(kept);
  return view;
}
