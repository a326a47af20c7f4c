import type { ModalView } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import { ackTakenMs, finishModal } from "./finish-modal.ts";
import { tryRedraw, type OpenedView } from "./modals.ts";

/** Makes a view, and says in whose request it is drawn; undefined if it cannot be. */
type MakeView = () => Promise<{ readonly req: RequestContext; readonly view: ModalView } | undefined>;

/** A form that shows something while it changes. */
export interface LiveModal {
  /** Shows how it is now, after what is being drawn. What was not drawn by then is skipped. Throws what `make` throws. */
  show(make: MakeView): Promise<void>;
}

/**
 * Draws in an open form again and again, until the person closes it or opens something else in it: nothing is drawn over
 * that. Without an id there is no form.
 */
export function liveModal(id: string | undefined, monotonicMs: () => number): LiveModal {
  const begunMs = monotonicMs();
  let shown: OpenedView | undefined = id === undefined ? undefined : { id };
  let next: MakeView | undefined;
  let drawing: Promise<void> | undefined;
  let isMarked = false;
  const drawIn = async (
    open: OpenedView,
    req: RequestContext,
    view: ModalView,
  ): Promise<OpenedView | undefined> => {
    const { latestRequests, finishedForms } = req.deps.memory;
    if (!isMarked) latestRequests.mark(open.id, "number", req.ctx.requestId);
    isMarked = true;
    if (!latestRequests.isLatest(open.id, "number", req.ctx.requestId)) return undefined;
    // The ack, which shows “Working…”, may arrive after it.
    if (monotonicMs() - begunMs < ackTakenMs)
      return (await finishModal(req, { id: open.id }, view)) ? { id: open.id } : undefined;
    finishedForms.set(req.ctx.requestId, view);
    const { result, hash } = await tryRedraw(req, open, view);
    return result === "drawn" ? { id: open.id, hash } : undefined;
  };
  const drawAll = async (): Promise<void> => {
    while (shown && next) {
      const make = next;
      next = undefined;
      const made = await make();
      shown = made && (await drawIn(shown, made.req, made.view));
    }
  };
  return {
    show: async (make) => {
      next = make;
      drawing ??= drawAll().finally(() => {
        drawing = undefined;
      });
      await drawing;
    },
  };
}
