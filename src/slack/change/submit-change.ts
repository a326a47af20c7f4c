import type { ViewResponseAction } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";
import { wantedState } from "../../domain/change.ts";
import { incidentKey } from "../../domain/incident.ts";
import type { Problem, ProblemCode } from "../../domain/problem.ts";
import { reasonFault } from "../../domain/reason-rule.ts";
import type { ChangeRequest } from "../../operations/change/change-number.ts";
import { changeOrAsk } from "../../operations/approval/submit-change.ts";
import { actions, button } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { endForm, endFormAgain } from "../forms/finish-modal.ts";
import { readChangeForm, type ChangeForm } from "./change-form-state.ts";
import { incidentFault } from "../forms/incident-choice.ts";
import { inputValues } from "../forms/input-values.ts";
import { keepWish } from "../forms/stored-draft.ts";
import type { Halves } from "../listener/listener.ts";
import { conflictBlocks } from "./conflict-message.ts";
import { outcomeMessage, withoutButtons } from "../outcome/outcome-message.ts";
import { becomeNewest } from "../forms/latest-request.ts";
import { reasonRuleNow } from "../forms/current-reason-rule.ts";
import type { OpenedView } from "../forms/modals.ts";
import { tellBecame } from "./report-submission.ts";
import { noteOwed } from "./report-result.ts";
import { numberBlockId, workingView } from "./change-form.ts";
import { readEnds } from "../forms/expiry-input.ts";
import { changeForms } from "./forms.ts";
import { wishFor } from "../forms/change-draft.ts";
import { type SubmittedView, wordsView } from "../forms/text-modal.ts";
import { keyText } from "../forms/private-metadata.ts";

/** The two halves of a submitted change form: judged where it stands, then carried out through the waist. */
export function submitChange(view: SubmittedView): Halves<ViewResponseAction> {
  const opened: OpenedView = { id: view.id };
  let form: ChangeForm | undefined;
  let request: ChangeRequest | undefined;
  return {
    now: async (at) => {
      form = readChangeForm(view.private_metadata);
      // What a choice in the form still draws would take away the words about what is wrong with it.
      becomeNewest(view.id, "agent", at.ctx.requestId);
      const values = inputValues(view.state);
      const kind = changeForms[form.verb];
      const { number } = form;
      const chosen = values.get("number")?.value;
      if (!number || chosen !== keyText(number)) {
        const words =
          "Patchbay has not read this number yet. Wait until it says who answers now, then send it again.";
        return { response_action: "errors", errors: { [numberBlockId(form)]: words } };
      }
      const read = kind.read(number, at.services.accounts.vendor(number.vendor), Object.fromEntries(values));
      const reason = values.get("reason")?.value?.trim();
      // As the workspace asks for it by now, which may have changed since the form was drawn.
      const reasonRule = await reasonRuleNow(at, form.reasonRule);
      const noReason = form.breakGlass && !reason ? "Break-glass needs a reason." : undefined;
      const missed = reasonFault(reason, reasonRule) ?? noReason;
      const incident = await readIncident(at, values.get("incident")?.value);
      const end = readEnds(Object.fromEntries(values), at.ctx.now(), at.ctx.shortestEndMs);
      if ("errors" in read || missed !== undefined || "errors" in incident || "errors" in end) {
        // All that is wrong at once, each where it is wrong.
        const { number: aboutNumber, ...others } = "errors" in read ? read.errors : {};
        const errors = {
          ...others,
          ...(aboutNumber ? { [numberBlockId(form)]: aboutNumber } : {}),
          ...(missed === undefined ? {} : { reason: missed }),
          ...("errors" in incident ? incident.errors : {}),
          ...("errors" in end ? end.errors : {}),
        };
        return { response_action: "errors", errors };
      }
      const { connectionId, numberId, seen } = number;
      const { userId } = at.conversation;
      const { channelId, threadTs } = form.from;
      const said = { userId, channelId, threadTs, viewId: view.id };
      request = {
        changeId: at.ctx.newId("chg"),
        key: { connectionId, numberId },
        change: read.change,
        seen,
        reason: reason || undefined,
        ends: end.ends,
        details: incident.details,
        said,
        ...(form.breakGlass ? { authority: { kind: "break_glass" } } : {}),
      };
      // What was still being drawn for this form is not to be drawn over what comes now.
      becomeNewest(view.id, "number", at.ctx.requestId);
      return { response_action: "update", view: workingView(kind, form) };
    },
    later: async (at) => {
      if (!request || !form) return;
      const became = await changeOrAsk(at.ctx, request);
      const { title } = changeForms[form.verb];
      await tellBecame(at, opened, { title, from: form.from }, became, request.said);
    },
    repeated: () =>
      request
        ? {
            kind: "change.refused",
            change: request.change.kind,
            number: request.key,
            wanted: wantedState(request.change),
            reason: request.reason,
            details: request.details,
          }
        : { kind: "action.refused", reason: "change a number" },
    fail: async (at, message, problem) => {
      // A duplicate leaves the form to the request that came first.
      if (problem.code === "already_requested")
        return endFormAgain(at, opened, async () => wordsOfRecord(at, form));
      const title = form ? changeForms[form.verb].title : "Patchbay";
      const blocks =
        problem.code === "conflict" && form && request
          ? await conflictBlocks(at, form, request, problem)
          : [...message.blocks, ...(await backBlocks(at, form, request, problem))];
      const told =
        (await endForm(at, opened, wordsView(title, blocks, form?.from))) ||
        (await at.at(form?.from ?? {}).tell(message));
      const changeId = request?.changeId;
      if (told && changeId) await noteOwed(at, async ({ said }) => said.forget(changeId));
    },
  };
}

/** What no other try changes, or what must be looked at before another one. */
export const isOver: ReadonlySet<ProblemCode> = new Set([
  "nothing_to_change",
  "outcome_unknown",
  "not_allowed",
]);

/** What was typed is not lost with the form: a button opens it once more, where another try can come to something. */
async function backBlocks(
  at: Desk,
  form: ChangeForm | undefined,
  request: ChangeRequest | undefined,
  { code }: Problem,
): Promise<readonly KnownBlock[]> {
  if (!form || !request || isOver.has(code)) return [];
  const wish = wishFor(request);
  return [actions([button("open_form", "Back to the form", await keepWish(at, { verb: form.verb, wish }))])];
}

/** How the change of this request ended, for a form whose first submission an earlier process has seen through. */
async function wordsOfRecord(at: Desk, form: ChangeForm | undefined): Promise<ModalView | undefined> {
  const { workspace, requestId, accounts } = at.ctx;
  const record = await workspace.audit.changeOf(requestId);
  if (!form || !record?.outcome) return undefined;
  return wordsView(changeForms[form.verb].title, withoutButtons(outcomeMessage(record, accounts)), form.from);
}

/** What an entry says of the incident that was named in a form, or what is wrong with that name. */
async function readIncident(
  at: Desk,
  text: string | undefined,
): Promise<
  { readonly details: ChangeRequest["details"] } | { readonly errors: { readonly incident: string } }
> {
  if (!text?.trim()) return { details: undefined };
  const fault = await incidentFault(at, text);
  return fault === undefined ? { details: { incident: incidentKey(text) } } : { errors: { incident: fault } };
}
