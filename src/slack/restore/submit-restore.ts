import type { ViewResponseAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { isProblem } from "../../domain/problem.ts";
import { reasonFault } from "../../domain/reason-rule.ts";
import { lookAtRestore } from "../../operations/restore/preview-restore.ts";
import { restoreChange, type RestoreRequest } from "../../operations/restore/restore-change.ts";
import type { Desk } from "../context/request-context.ts";
import { actions } from "../block-kit/blocks.ts";
import { endForm, endFormAgain } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import type { Halves } from "../listener/listener.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { becomeNewest } from "../forms/latest-request.ts";
import { readRestoreForm, type RestoreForm } from "./restore-form-state.ts";
import { restoreFormOf } from "./open-restore-form.ts";
import { reasonRuleNow } from "../forms/current-reason-rule.ts";
import { isOver } from "../change/submit-change.ts";
import type { OpenedView } from "../forms/modals.ts";
import { tellBecame } from "../change/report-submission.ts";
import { noteOwed } from "../change/report-result.ts";
import { movedView, restoreTitle, waitingView } from "./restore-form.ts";
import { type SubmittedView, wordsView } from "../forms/text-modal.ts";

/** The two halves of a submitted form that restores a change: read where it stands, then carried out through the waist. */
export function submitRestore(view: SubmittedView): Halves<ViewResponseAction> {
  const opened: OpenedView = { id: view.id };
  let form: RestoreForm | undefined;
  let request: RestoreRequest | undefined;
  return {
    now: async (at) => {
      form = readRestoreForm(view.private_metadata);
      const { from, changeId, to, seen, incident } = form;
      const { channelId, threadTs } = from;
      const { userId } = at.conversation;
      const reason = inputValues(view.state).get("reason")?.value?.trim();
      const reasonRule = await reasonRuleNow(at, form.reasonRule);
      const missed = reasonFault(reason, reasonRule);
      if (missed !== undefined) return { response_action: "errors", errors: { reason: missed } };
      if (form.breakGlass && !reason)
        return { response_action: "errors", errors: { reason: "Break-glass needs a reason." } };
      request = {
        restores: changeId,
        to,
        seen,
        incident,
        changeId: at.ctx.newId("chg"),
        reason: reason || undefined,
        said: { userId, channelId, threadTs, viewId: view.id },
        ...(form.breakGlass ? { authority: { kind: "break_glass" } } : {}),
      };
      // What was still being drawn for this form is not to be drawn over what comes now.
      becomeNewest(view.id, "number", at.ctx.requestId);
      return { response_action: "update", view: waitingView(to, from, `Working… ${form.title}`) };
    },
    later: async (at) => {
      if (!request || !form) return;
      const became = await restoreChange(at.ctx, request);
      await tellBecame(at, opened, { title: restoreTitle[form.to], from: form.from }, became, request.said);
    },
    repeated: () => ({
      kind: "change.refused",
      reason: request?.reason,
      details: request && { [request.to === "before" ? "undoes" : "restores"]: request.restores },
    }),
    fail: async (at, message, problem) => {
      // A duplicate leaves the form to the request that came first.
      if (problem.code === "already_requested") return endFormAgain(at, opened);
      const reason = request?.reason;
      const moved = problem.code === "conflict" && form ? await movedAgain(at, form, reason) : undefined;
      const title = restoreTitle[form?.to ?? "before"];
      // What was typed is not lost with the form, where another try can come to something.
      const back =
        form && request && !isOver.has(problem.code)
          ? [actions([restoreAgainButton("Back to the form", { ...form, reason })])]
          : [];
      const told =
        (await endForm(at, opened, moved ?? wordsView(title, [...message.blocks, ...back], form?.from))) ||
        (await at.at(form?.from ?? {}).tell(message));
      const changeId = request?.changeId;
      if (told && changeId) await noteOwed(at, async ({ said }) => said.forget(changeId));
    },
  };
}

/** What has moved while the form was open, in three columns; undefined when that cannot be read now. */
async function movedAgain(
  at: Desk,
  form: RestoreForm,
  reason: string | undefined,
): Promise<ModalView | undefined> {
  try {
    const look = await lookAtRestore(at.ctx, form.changeId, form.to);
    if (look.verdict === "already so") return undefined;
    return movedView(look, await restoreFormOf(at, form, look, form.from), at.ctx.requestId, reason);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
