import type { ModalView } from "@slack/types";
import { isProblem } from "../../domain/problem/problem.ts";
import { statedReason, validateReason } from "../../domain/access/reason-rule.ts";
import { breakGlassNeedsReason } from "../../operations/access/policy.ts";
import { previewRestore } from "../../operations/restore/preview-restore.ts";
import { restoreChange, type RestoreRequest } from "../../operations/restore/restore-change.ts";
import type { RequestContext } from "../context/request-context.ts";
import { actions } from "../block-kit/blocks.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { restoreFormState, type RestoreForm } from "./restore-form-state.ts";
import { restoreFormOf } from "./open-restore-form.ts";
import { isOver } from "../change/change-submission.ts";
import type { OpenedView } from "../forms/modals.ts";
import { reportSubmission } from "../change/report-submission.ts";
import { keyOfResult, notePending, runbookOf } from "../change/report-result.ts";
import { restoreCallback, restoreTitle, waitingView } from "./restore-form.ts";
import { textModal } from "../forms/text-modal.ts";
import { movedView } from "./restore-obstacles.ts";
import { reasonRuleNow } from "../forms/reason-input.ts";

/** A valid submission of a restore form. */
interface SubmittedRestore {
  readonly form: RestoreForm;
  readonly request: RestoreRequest;
}

/** Handles a submitted restore form: validates it, then restores through the change pipeline. */
const restoreSubmission: Submission<SubmittedRestore> = {
  ack: async (req, view) => {
    const form = restoreFormState.parse(view.private_metadata);
    const { from, changeId, to, seen, incident } = form;
    const { channelId, threadTs } = from;
    const { userId } = req.conversation;
    const reason = statedReason(inputValues(view.state).get("reason")?.value);
    const reasonRule = await reasonRuleNow(req, form.reasonRule);
    const noReason = form.breakGlass && !reason ? breakGlassNeedsReason : undefined;
    const missed = validateReason(reason, reasonRule) ?? noReason;
    if (missed !== undefined) return { answer: { response_action: "errors", errors: { reason: missed } } };
    const request: RestoreRequest = {
      restores: changeId,
      to,
      seen,
      incident,
      changeId: req.ctx.newId("chg"),
      reason,
      replyTo: { userId, channelId, threadTs, viewId: view.id },
      ...(form.breakGlass ? { override: { kind: "break_glass" } } : {}),
    };
    // An update that is still running must not overwrite what follows.
    req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
    const working = waitingView(to, from, `Working… ${form.title}`);
    return { answer: { response_action: "update", view: working }, command: { form, request } };
  },
  run: async (req, { form, request }, view) => {
    const submission = await restoreChange(req.ctx, request);
    const runbook =
      submission.kind === "changed" ? await runbookOf(req, keyOfResult(submission.result)) : undefined;
    const shown = { title: restoreTitle[form.to], from: form.from };
    const { replyTo } = request;
    await reportSubmission(req, { id: view.id }, shown, submission, { replyTo, runbook });
  },
  repeated: ({ request }) => ({
    kind: "change.refused",
    reason: request.reason,
    details: { [request.to === "before" ? "undoes" : "restores"]: request.restores },
  }),
  onError: async (req, { message, problem }, view, command) => {
    const opened: OpenedView = { id: view.id };
    // The first request updates the form, not its duplicate.
    if (problem.code === "already_requested") return retryFinishModal(req, opened);
    if (!command) {
      if (!(await finishModal(req, opened, textModal(restoreTitle.before, message.blocks))))
        await req.in({}).replyPrivately(message);
      return;
    }
    const { form, request } = command;
    const { reason, changeId } = request;
    const moved = problem.code === "conflict" ? await movedAgain(req, form, reason) : undefined;
    // A button keeps what was typed, if a retry makes sense.
    const back = isOver.has(problem.code)
      ? []
      : [actions([restoreAgainButton("Back to the form", { ...form, reason })])];
    const words = moved ?? textModal(restoreTitle[form.to], [...message.blocks, ...back], form.from);
    const told = (await finishModal(req, opened, words)) || (await req.in(form.from).replyPrivately(message));
    if (told && changeId) await notePending(req, async ({ notifications }) => notifications.forget(changeId));
  },
};

export const restoreFormRoutes = [formRoute(restoreCallback, restoreSubmission)];

/** What changed while the form was open, in three columns; undefined if it cannot be read now. */
async function movedAgain(
  req: RequestContext,
  form: RestoreForm,
  reason: string | undefined,
): Promise<ModalView | undefined> {
  try {
    const preview = await previewRestore(req.ctx, form.changeId, form.to);
    if (preview.verdict === "already so") return undefined;
    return movedView(preview, await restoreFormOf(req, form, preview, form.from), req.ctx.requestId, reason);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
