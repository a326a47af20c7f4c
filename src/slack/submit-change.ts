import type { ViewResponseAction } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import { wantedState } from "../domain/change.ts";
import { incidentKey } from "../domain/incident.ts";
import { isProblem } from "../domain/problem.ts";
import { reasonFault } from "../domain/reason-rule.ts";
import type { ChangeRequest } from "../operations/change-number.ts";
import { changeOrAsk } from "../operations/request-approval.ts";
import type { Desk } from "./desk.ts";
import { endForm, endFormAgain } from "./end-form.ts";
import { keyText, readChangeForm, type ChangeForm } from "./form-state.ts";
import { inputValues } from "./input-values.ts";
import type { Halves } from "./listener.ts";
import { conflictBlocks } from "./messages/conflict.ts";
import { outcomeMessage, withoutButtons } from "./messages/change-outcome.ts";
import { becomeNewest } from "./newest-in-view.ts";
import type { OpenedView } from "./show-view.ts";
import { tellBecame } from "./tell-became.ts";
import { noteOwed } from "./tell-result.ts";
import { numberBlockId, wordsView, workingView } from "./views/change-form.ts";
import { readEnds } from "./views/ends.ts";
import { changeForms } from "./views/index.ts";

/** The parts of a `view_submission` that a form reads. */
export interface SubmittedView {
  readonly id: string;
  readonly private_metadata: string;
  readonly state: { readonly values?: unknown };
}

/** The two halves of a submitted change form: judged where it stands, then carried out through the waist. */
export function submitChange(view: SubmittedView): Halves<ViewResponseAction> {
  const opened: OpenedView = { id: view.id };
  let form: ChangeForm | undefined;
  let request: ChangeRequest | undefined;
  return {
    now: (at) => {
      form = readChangeForm(view.private_metadata);
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
      if ("errors" in read) {
        const { number: aboutNumber, ...others } = read.errors;
        const errors = aboutNumber ? { ...others, [numberBlockId(form)]: aboutNumber } : others;
        return { response_action: "errors", errors };
      }
      const reason = values.get("reason")?.value?.trim();
      const missed = reasonFault(reason, form.reasonRule);
      if (missed !== undefined) return { response_action: "errors", errors: { reason: missed } };
      const incident = readIncident(values.get("incident")?.value);
      const end = readEnds(Object.fromEntries(values), at.ctx.now(), at.ctx.shortestEndMs);
      if ("errors" in end) return { response_action: "errors", errors: { ...end.errors } };
      if ("error" in incident) return { response_action: "errors", errors: { incident: incident.error } };
      const { connectionId, numberId, seen } = number;
      const { userId } = at.conversation;
      const { channelId, threadTs } = form.from;
      const said = { userId, channelId, threadTs, viewId: view.id };
      if (form.breakGlass && !reason)
        return { response_action: "errors", errors: { reason: "Break-glass needs a reason." } };
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
      for (const about of ["number", "agent"] as const) becomeNewest(view.id, about, at.ctx.requestId);
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
          : message.blocks;
      const told =
        (await endForm(at, opened, wordsView(title, blocks, form?.from))) ||
        (await at.at(form?.from ?? {}).tell(message));
      const changeId = request?.changeId;
      if (told && changeId) await noteOwed(at, async ({ said }) => said.forget(changeId));
    },
  };
}

/** How the change of this request ended, for a form whose first submission an earlier process has seen through. */
async function wordsOfRecord(at: Desk, form: ChangeForm | undefined): Promise<ModalView | undefined> {
  const { workspace, requestId, accounts } = at.ctx;
  const record = await workspace.audit.changeOf(requestId);
  if (!form || !record?.outcome) return undefined;
  return wordsView(changeForms[form.verb].title, withoutButtons(outcomeMessage(record, accounts)), form.from);
}

/** What an entry says of the incident that was named in a form, or what is wrong with that name. */
function readIncident(
  text: string | undefined,
): { readonly details: ChangeRequest["details"] } | { readonly error: string } {
  if (!text?.trim()) return { details: undefined };
  try {
    return { details: { incident: incidentKey(text) } };
  } catch (error) {
    if (isProblem(error)) return { error: error.message };
    throw error;
  }
}
