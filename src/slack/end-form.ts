import type { ModalView } from "@slack/types";
import type { Desk } from "./desk.ts";
import { redrawView, type OpenedView } from "./show-view.ts";

/** How the newest submitted forms ended, by request. */
const ended = new Map<string, ModalView>();
const mostKept = 500;

/** Turns a submitted form into its last words. Returns false when it cannot be: see `redrawView`. */
export async function endForm(at: Desk, opened: OpenedView, view: ModalView): Promise<boolean> {
  ended.delete(at.ctx.requestId);
  ended.set(at.ctx.requestId, view);
  const [oldest] = ended.keys();
  if (ended.size > mostKept && oldest !== undefined) ended.delete(oldest);
  return redrawView(at, opened, view);
}

/**
 * For a submission that came in twice: its ack has put “Working…” over the last words of the first one. Draws nothing
 * while that one is under way, since it draws them itself.
 */
export async function endFormAgain(at: Desk, opened: OpenedView): Promise<void> {
  const view = ended.get(at.ctx.requestId);
  if (view) await redrawView(at, opened, view);
}
