import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { previewPolicy } from "../../operations/access/policy.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Message } from "../block-kit/blocks.ts";
import { describeNumber } from "./describe-number.ts";
import { redrawView } from "../forms/modals.ts";
import { historyPageValue, loadHistory } from "./history-page.ts";
import { filterMenu, readFilter } from "./filter-menu.ts";
import { listPageValue, type ListPage, numberListMessage, wantedFor } from "./number-list.ts";
import { outageLines } from "../connections/outage-notice.ts";
import { type ClickedView, textModal } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { numberValue } from "../block-kit/key-values.ts";

/** Shows the first page of all numbers, for a button. */
export async function showList(req: RequestContext): Promise<void> {
  await req.replyPrivately(await listMessage(req, { text: "", page: 0 }));
}

/** Turns to another page of `list`, in place. */
export async function turnList(req: RequestContext, value: string | undefined): Promise<void> {
  await req.replace(await listMessage(req, listPageValue.parse(value)));
}

/** Filters a list by the state that was chosen in its menu, in place. */
export async function filterList(req: RequestContext, value: string | undefined): Promise<void> {
  await req.replace(await listMessage(req, { text: await readFilter(req, value), page: 0 }));
}

/** A page of a list, with everything around it. */
export async function listMessage(req: RequestContext, page: ListPage): Promise<Message> {
  const numbers = await findNumbers(req.ctx, page.text, wantedFor(page));
  const [trouble, policy, filter] = await Promise.all([
    outageLines(req),
    previewPolicy(req.ctx),
    filterMenu(req, page.text),
  ]);
  return numberListMessage(numbers, req.deps.accounts, page, { policy, trouble, filter });
}

/** Shows older history in place, in the message or form with the button. */
export async function turnHistory(
  req: RequestContext,
  value: string | undefined,
  view: ClickedView | undefined,
): Promise<void> {
  const { key: number, before } = historyPageValue.parse(value);
  const older = await loadHistory(req, number, before);
  if (!(await drawnIn(req, view, "History", older))) await req.replace(older);
}

/** Shows the history of one number, for a button next to it. Replaces the form with the button. */
export async function showHistory(
  req: RequestContext,
  value: string | undefined,
  view: ClickedView | undefined,
): Promise<void> {
  const history = await loadHistory(req, numberValue.parse(value));
  if (!(await drawnIn(req, view, "History", history))) await req.replyPrivately(history);
}

/** Reads and shows one number, for a button next to its name. Replaces the form with the button. */
export async function showNumber(
  req: RequestContext,
  value: string | undefined,
  view: ClickedView | undefined,
): Promise<void> {
  const card = await describeNumber(req, numberValue.parse(value));
  if (!(await drawnIn(req, view, "Number", card))) await req.replyPrivately(card);
}

/** Shows a message in the form with the button. Returns false if there is none or it is closed. */
async function drawnIn(
  req: RequestContext,
  view: ClickedView | undefined,
  title: string,
  { blocks }: Message,
): Promise<boolean> {
  if (!view) return false;
  return redrawView(req, { id: view.id }, textModal(title, blocks, fromConversation(req.conversation)));
}
