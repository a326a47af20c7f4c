import type { ViewResponseAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { isProblem } from "../../domain/problem.ts";
import { validateReason } from "../../domain/reason-rule.ts";
import { previewRestore } from "../../operations/restore/preview-restore.ts";
import { restoreChange, type RestoreRequest } from "../../operations/restore/restore-change.ts";
import type { RequestContext } from "../context/request-context.ts";
import { actions } from "../block-kit/blocks.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import type { Handler } from "../listener/listener.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { readRestoreForm, type RestoreForm } from "./restore-form-state.ts";
import { restoreFormOf } from "./open-restore-form.ts";
import { reasonRuleNow } from "../forms/current-reason-rule.ts";
import { isOver } from "../change/submit-change.ts";
import type { OpenedView } from "../forms/modals.ts";
import { reportSubmission } from "../change/report-submission.ts";
import { notePending } from "../change/report-result.ts";
import { movedView, restoreTitle, waitingView } from "./restore-form.ts";
import { type SubmittedView, textModal } from "../forms/text-modal.ts";

/** The two halves of a submitted form that restores a change: read where it stands, then carried out through the change pipeline. */
export function submitRestore(view: SubmittedView): Handler<ViewResponseAction> {
  const opened: OpenedView = { id: view.id };
  let form: RestoreForm | undefined;
  let request: RestoreRequest | undefined;
  return {
    ack: async (req) => {
      form = readRestoreForm(view.private_metadata);
      const { from, changeId, to, seen, incident } = form;
      const { channelId, threadTs } = from;
      const { userId } = req.conversation;
      const reason = inputValues(view.state).get("reason")?.value?.trim();
      const reasonRule = await reasonRuleNow(req, form.reasonRule);
      const missed = validateReason(reason, reasonRule);
      if (missed !== undefined) return { response_action: "errors", errors: { reason: missed } };
      if (form.breakGlass && !reason)
        return { response_action: "errors", errors: { reason: "Break-glass needs a reason." } };
      request = {
        restores: changeId,
        to,
        seen,
        incident,
        changeId: req.ctx.newId("chg"),
        reason: reason || undefined,
        replyTo: { userId, channelId, threadTs, viewId: view.id },
        ...(form.breakGlass ? { override: { kind: "break_glass" } } : {}),
      };
      // What was still being drawn for this form is not to be drawn over what comes now.
      req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
      return { response_action: "update", view: waitingView(to, from, `Working… ${form.title}`) };
    },
    run: async (req) => {
      if (!request || !form) return;
      const became = await restoreChange(req.ctx, request);
      await reportSubmission(
        req,
        opened,
        { title: restoreTitle[form.to], from: form.from },
        became,
        request.replyTo,
      );
    },
    repeated: () => ({
      kind: "change.refused",
      reason: request?.reason,
      details: request && { [request.to === "before" ? "undoes" : "restores"]: request.restores },
    }),
    onError: async (req, message, problem) => {
      // A duplicate leaves the form to the request that came first.
      if (problem.code === "already_requested") return retryFinishModal(req, opened);
      const reason = request?.reason;
      const moved = problem.code === "conflict" && form ? await movedAgain(req, form, reason) : undefined;
      const title = restoreTitle[form?.to ?? "before"];
      // What was typed is not lost with the form, where another try can come to something.
      const back =
        form && request && !isOver.has(problem.code)
          ? [actions([restoreAgainButton("Back to the form", { ...form, reason })])]
          : [];
      const told =
        (await finishModal(
          req,
          opened,
          moved ?? textModal(title, [...message.blocks, ...back], form?.from),
        )) || (await req.in(form?.from ?? {}).replyPrivately(message));
      const changeId = request?.changeId;
      if (told && changeId) await notePending(req, async ({ notifications: said }) => said.forget(changeId));
    },
  };
}

/** What has moved while the form was open, in three columns; undefined when that cannot be read now. */
async function movedAgain(
  req: RequestContext,
  form: RestoreForm,
  reason: string | undefined,
): Promise<ModalView | undefined> {
  try {
    const look = await previewRestore(req.ctx, form.changeId, form.to);
    if (look.verdict === "already so") return undefined;
    return movedView(look, await restoreFormOf(req, form, look, form.from), req.ctx.requestId, reason);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
