import type { ModalView } from "@slack/types";
import type { Desk } from "../context/request-context.ts";
import { isNewest } from "./latest-request.ts";
import type { Services } from "../context/services.ts";
import { redrawView, tryRedraw, type OpenedView } from "./modals.ts";

/** How the newest submitted forms ended, by request. */
const endings = new WeakMap<Services, Map<string, ModalView>>();
const mostKept = 500;

/** When it is safe to say that Slack has taken the ack, in milliseconds after the last words were drawn. */
const ackTakenMs = 1500;

/**
 * Turns a submitted form into its last words. Returns false when it cannot be: see `redrawView`. The ack, which says
 * “Working…”, is on its way at the same time, and a quick result can overtake it: so the form is looked at once more.
 */
export async function endForm(at: Desk, opened: OpenedView, view: ModalView): Promise<boolean> {
  const ended = endingsOf(at);
  ended.delete(at.ctx.requestId);
  ended.set(at.ctx.requestId, view);
  const [oldest] = ended.keys();
  if (ended.size > mostKept && oldest !== undefined) ended.delete(oldest);
  const { became, hash } = await tryRedraw(at, opened, view);
  if (became !== "drawn") return false;
  if (hash) setTimeout(() => void drawOverAck(at, { id: opened.id, hash }, view), ackTakenMs).unref();
  return true;
}

function endingsOf({ services }: Desk): Map<string, ModalView> {
  const ended = endings.get(services) ?? new Map<string, ModalView>();
  endings.set(services, ended);
  return ended;
}

/** Draws the last words again if something came over them, unless it was the person who went on in this form. */
async function drawOverAck(at: Desk, drawn: OpenedView, view: ModalView): Promise<void> {
  const isLast = () =>
    endingsOf(at).get(at.ctx.requestId) === view && isNewest(drawn.id, "number", at.ctx.requestId);
  if (!isLast()) return;
  const { became } = await tryRedraw(at, drawn, view, at.clients.quick);
  if (became === "moved" && isLast()) await tryRedraw(at, { id: drawn.id }, view, at.clients.quick);
}

/**
 * For a submission that came in twice: its ack has put “Working…” over the last words of the first one. Draws nothing
 * while that one is under way, since it draws them itself. `otherwise` says what to draw when this process has not ended
 * the first one: nothing, or words from the record.
 */
export async function endFormAgain(
  at: Desk,
  opened: OpenedView,
  otherwise: () => Promise<ModalView | undefined> = async () => undefined,
): Promise<void> {
  const view = endingsOf(at).get(at.ctx.requestId) ?? (await otherwise());
  if (view) await redrawView(at, opened, view);
}
