import type { Button, ModalView } from "@slack/types";
import { isProblem, Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import { previewRestore, type RestorePreview } from "../../operations/restore/preview-restore.ts";
import { actions, escape } from "../block-kit/blocks.ts";
import { readNumber } from "../change/open-change-form.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReply } from "../listener/error-reply.ts";
import type { ChangeForm } from "../change/change-form-state.ts";
import { formRestrictionsFor } from "../forms/form-restrictions.ts";
import { inputValues } from "../forms/input-values.ts";
import { restoreButton, undoButton, restoreDraft } from "../block-kit/restore-buttons.ts";
import { restoreFormState, type RestoreForm, type RestoreDraft } from "./restore-form-state.ts";
import { openView, redrawForm, redrawView, takeView, type OpenedView } from "../forms/modals.ts";
import type { FormValues } from "../forms/inputs.ts";
import { restoreTitle, restoreView, waitingView } from "./restore-form.ts";
import { type SubmittedView, textModal } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { alreadySoView, movedView, obstacleView } from "./restore-obstacles.ts";
import { agentText } from "../block-kit/agent-text.ts";

/** Temporary problems, for which a retry button makes sense. */
const passing: ReadonlySet<ProblemCode> = new Set([
  "rate_limited",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "outcome_unknown",
]);

/** Options for opening a restore form. */
export interface RestoreOptions {
  /** The form to replace. */
  readonly inView?: OpenedView | undefined;
  /** Whether the person wants the restore although the number was changed since. */
  readonly overNewer?: boolean;
  /** Whether the person breaks glass. */
  readonly breakGlass?: boolean;
  /** What was typed so far. */
  readonly values?: FormValues;
}

/**
 * Opens the form for an undo or a restore: a skeleton at once, then the preview. `draft` may be a function that finds
 * the change first.
 */
export async function openRestoreForm(
  req: RequestContext,
  { to, changeId }: Pick<RestoreDraft, "to"> & { readonly changeId: string | (() => Promise<string>) },
  { inView, ...wanted }: RestoreOptions = {},
): Promise<void> {
  if (typeof changeId === "string" && !restoreDraft.safeParse({ to, changeId }).success)
    throw new Problem("invalid_input", "That is not a change id.");
  const from = fromConversation(req.conversation);
  const skeleton = waitingView(to, from, "One moment…");
  if (inView) req.deps.memory.latestRequests.mark(inView.id, "number", req.ctx.requestId);
  const again = typeof changeId === "string" ? openAgain({ to, changeId }) : undefined;
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton, again);
  if (!opened) return;
  let draft: RestoreDraft | undefined;
  try {
    draft = { to, changeId: typeof changeId === "string" ? changeId : await changeId() };
    await fill(req, opened, draft, wanted);
  } catch (error) {
    await explainRestore(req, opened, to, error, draft);
  }
}

/** The state of a form for a preview. */
export async function restoreFormOf(
  req: RequestContext,
  { changeId, to }: RestoreDraft,
  preview: RestorePreview,
  from: RestoreForm["from"],
): Promise<RestoreForm> {
  const { incidents, settings } = req.ctx.workspace;
  const incident = from.channelId === undefined ? undefined : await incidents.openIn(from.channelId);
  const { reason: reasonRule } = await settings.read();
  const { restrictions } = preview.view;
  return {
    changeId,
    to,
    from,
    title: numberTitle(preview.view.number),
    seen: preview.seen,
    ...(incident ? { incident: incident.key } : {}),
    ...(reasonRule ? { reasonRule } : {}),
    ...(restrictions
      ? { standing: await formRestrictionsFor(req, { ...preview.view, restrictions }, preview.role) }
      : {}),
  };
}

/** Break glass was chosen or unchosen: redraws the form and keeps what was typed. */
export async function chooseBreakGlassToRestore(
  req: RequestContext,
  view: SubmittedView,
  breakGlass: boolean,
): Promise<void> {
  const { changeId, to, overNewer } = restoreFormState.parse(view.private_metadata);
  const values = Object.fromEntries(inputValues(view.state));
  const options = { inView: { id: view.id }, overNewer: overNewer === true, breakGlass, values };
  await openRestoreForm(req, { changeId, to }, options);
}

async function fill(
  req: RequestContext,
  opened: OpenedView,
  draft: RestoreDraft,
  { overNewer = false, breakGlass = false, values }: RestoreOptions,
): Promise<void> {
  const preview = await previewRestore(req.ctx, draft.changeId, draft.to);
  const form = await restoreFormOf(req, draft, preview, fromConversation(req.conversation));
  const stillWanted = () => req.deps.memory.latestRequests.isLatest(opened.id, "number", req.ctx.requestId);
  const draw = async (view: ModalView): Promise<void> => {
    if (stillWanted()) await redrawForm(req, opened, view, openAgain(draft));
  };
  const { accounts } = req.deps;
  if (preview.verdict === "already so") return draw(alreadySoView(preview, form));
  const moved = preview.verdict === "moved since";
  if (moved && !overNewer) return draw(movedView(preview, form, req.ctx.requestId));
  if (preview.obstacle) {
    if (isAgentGone(preview)) return chooseAnother(req, opened, preview, stillWanted);
    const { message } = errorReply(req, preview.obstacle);
    return draw(obstacleView(preview, form, message.blocks));
  }
  // If the person overwrites a newer change, the form is based on the current state, so that only later changes are
  // conflicts.
  const seen = moved ? preview.now : form.seen;
  const chosen = { ...(moved ? { overNewer } : {}), ...(breakGlass ? { breakGlass } : {}) };
  return draw(restoreView(preview, { ...form, ...chosen, seen }, accounts, values));
}

/** The button that opens the form again. */
function openAgain({ to, changeId }: RestoreDraft): { readonly button: (text: string) => Button } {
  return { button: (text) => (to === "before" ? undoButton : restoreButton)(changeId, text) };
}

/** Whether the problem is that the agent to restore no longer exists. */
function isAgentGone({ restore, obstacle }: RestorePreview): boolean {
  return restore.change.kind === "reassign" && obstacle?.details.field === "agent";
}

/** An agent that no longer exists cannot be restored, so the form becomes one for choosing another. */
async function chooseAnother(
  req: RequestContext,
  opened: OpenedView,
  { record, restore, view, obstacle }: RestorePreview,
  stillWanted: () => boolean,
): Promise<void> {
  const { change } = restore;
  const agentId = change.kind === "reassign" ? change.agentId : "";
  const was = agentText(agentId, record.requested.labels ?? {}, view.vendor);
  const notice = `:warning: ${was} cannot answer this number again. ${escape(obstacle?.message ?? "")} Nothing was changed. Choose another agent below.`;
  const { reason: reasonRule } = await req.ctx.workspace.settings.read();
  const reason = `Instead of undoing ${record.requested.changeId}`;
  const form: ChangeForm = {
    verb: "reassign",
    from: fromConversation(req.conversation),
    revision: 0,
    reasonRule,
    wish: { key: view.key, reason },
  };
  await readNumber(req, opened, form, view.key, { notice }, stillWanted);
}

async function explainRestore(
  req: RequestContext,
  opened: OpenedView,
  to: RestoreDraft["to"],
  error: unknown,
  draft: RestoreDraft | undefined,
): Promise<void> {
  const { message, problem } = errorReply(req, error);
  const again =
    draft && isProblem(error) && passing.has(problem.code)
      ? [actions([openAgain(draft).button("Try again")])]
      : [];
  const from = fromConversation(req.conversation);
  const view = textModal(restoreTitle[to], [...message.blocks, ...again], from);
  if (await redrawView(req, { id: opened.id }, view)) return;
  await req.replyPrivately(message);
}
