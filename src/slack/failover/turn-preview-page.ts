import { loadFailover } from "../../operations/failover/failover-run.ts";
import { loadFailBack } from "../../operations/runs/fail-back.ts";
import type { RequestContext } from "../context/request-context.ts";
import { redrawView } from "../forms/modals.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import { previewView } from "./preview-form.ts";
import { previewPageValue } from "./preview-pages.ts";
import { failBackView } from "./fail-back-form.ts";

/** Turns to another page of the numbers of a preview, in its form. Its numbers are not read again. */
export async function turnPreviewPage(
  req: RequestContext,
  value: string | undefined,
  view: ClickedView | undefined,
): Promise<void> {
  if (!view) return;
  const { id, pages, isReturn } = previewPageValue.parse(value);
  const shown = isReturn
    ? await failBackView(req, await loadFailBack(req.ctx, id), pages)
    : await previewView(req, await loadFailover(req.ctx, id), pages);
  await redrawView(req, { id: view.id }, shown);
}
