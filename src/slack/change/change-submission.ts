import type { KnownBlock, ModalView } from "@slack/types";
import { changeKinds, wantedState } from "../../domain/numbers/change.ts";
import { incidentKey } from "../../domain/changes/incident.ts";
import type { Problem, ProblemCode } from "../../domain/problem/problem.ts";
import { statedReason, validateReason } from "../../domain/access/reason-rule.ts";
import { breakGlassNeedsReason } from "../../operations/access/policy.ts";
import type { ChangeRequest } from "../../operations/access/change-request.ts";
import { submitChange } from "../../operations/approval/submit-change.ts";
import { sideBySide } from "../../operations/shared/side-by-side.ts";
import { actions, button } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { changeFormState, type ChangeForm } from "./change-form-state.ts";
import { incidentError } from "../forms/incident-input.ts";
import { inputValues } from "../forms/input-values.ts";
import { storeDraft } from "../forms/stored-draft.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { conflictBlocks } from "./conflict-message.ts";
import { outcomeMessage, withoutButtons } from "../outcome/outcome-message.ts";
import type { OpenedView } from "../forms/modals.ts";
import { reportSubmission } from "./report-submission.ts";
import { notePending, runbookOf } from "./report-result.ts";
import { channelToTellId, numberBlockId, numberOption, workingView } from "./change-form.ts";
import { readExpiry } from "../forms/expiry-input.ts";
import { changeForms } from "./forms.ts";
import { draftFromChange } from "../forms/change-draft.ts";
import { type SubmittedView, textModal } from "../forms/text-modal.ts";
import { reasonRuleNow } from "../forms/reason-input.ts";

/** A valid submission of a change form. */
interface SubmittedChange {
  readonly form: ChangeForm;
  readonly request: ChangeRequest;
}

/** Handles a submitted change form: validates it, then makes the change through the change pipeline. */
const changeSubmission: Submission<SubmittedChange> = {
  ack: async (req, view) => {
    const form = withChannelToTell(changeFormState.parse(view.private_metadata), view);
    // An update that is still running must not overwrite the error messages.
    req.deps.memory.latestRequests.mark(view.id, "agent", req.ctx.requestId);
    const read = await readRequest(req, form, view);
    if ("errors" in read) return { answer: { response_action: "errors", errors: read.errors } };
    // An update that is still running must not overwrite what follows.
    req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
    const answer = { response_action: "update", view: workingView(changeForms[form.verb], form) } as const;
    return { answer, command: { form, request: read.request } };
  },
  run: async (req, { form, request }, view) => {
    // The runbook is read while the vendor answers.
    const [submission, runbook] = await sideBySide(
      submitChange(req.ctx, request),
      runbookOf(req, request.key),
    );
    const { title } = changeForms[form.verb];
    const { replyTo } = request;
    await reportSubmission(req, { id: view.id }, { title, from: form.from }, submission, {
      replyTo,
      runbook,
    });
  },
  repeated: ({ request }) => ({
    kind: "change.refused",
    change: request.change.kind,
    number: request.key,
    wanted: wantedState(request.change),
    reason: request.reason,
    details: request.details,
  }),
  onError: async (req, { message, problem }, view, command) => {
    const opened: OpenedView = { id: view.id };
    // The first request updates the form, not its duplicate.
    if (problem.code === "already_requested")
      return retryFinishModal(req, opened, async () => wordsOfRecord(req, command?.form));
    if (!command) {
      if (!(await finishModal(req, opened, textModal("Patchbay", message.blocks))))
        await req.in({}).replyPrivately(message);
      return;
    }
    const { form, request } = command;
    const { changeId } = request;
    const blocks =
      problem.code === "conflict"
        ? await conflictBlocks(req, form, request, problem)
        : [...message.blocks, ...(await backBlocks(req, command, problem))];
    const words = textModal(changeForms[form.verb].title, blocks, form.from);
    const told = (await finishModal(req, opened, words)) || (await req.in(form.from).replyPrivately(message));
    if (told && changeId) await notePending(req, async ({ notifications }) => notifications.forget(changeId));
  },
};

/** The change forms, one for each kind of change. */
export const changeFormRoutes = changeKinds.map((kind) => formRoute(kind, changeSubmission));

/** A form that was opened in no conversation belongs to the channel that was chosen in it. */
function withChannelToTell(form: ChangeForm, view: SubmittedView): ChangeForm {
  const chosen = inputValues(view.state).get(channelToTellId)?.several.at(0);
  if (form.from.channelId !== undefined || chosen === undefined) return form;
  return { ...form, from: { channelId: chosen } };
}

/** The change that a form requests, or all its errors at once, by block_id. */
async function readRequest(
  req: RequestContext,
  form: ChangeForm,
  view: SubmittedView,
): Promise<{ readonly request: ChangeRequest } | { readonly errors: Record<string, string> }> {
  const values = inputValues(view.state);
  const kind = changeForms[form.verb];
  const { number } = form;
  const chosen = values.get("number")?.value;
  if (!number || chosen !== numberOption(number)) {
    const words = "Patchbay is still loading this number. Try again in a moment.";
    return { errors: { [numberBlockId(form)]: words } };
  }
  const read = kind.read(number, req.deps.accounts.vendor(number.vendor), Object.fromEntries(values));
  const reason = statedReason(values.get("reason")?.value);
  // The current rule, which may have changed since the form was drawn.
  const reasonRule = await reasonRuleNow(req, form.reasonRule);
  const noReason = form.breakGlass && !reason ? breakGlassNeedsReason : undefined;
  const missed = validateReason(reason, reasonRule) ?? noReason;
  const incident = await readIncident(req, values.get("incident")?.value);
  const end = readExpiry(Object.fromEntries(values), req.ctx.now(), req.ctx.minExpiryMs);
  if ("errors" in read || missed !== undefined || "errors" in incident || "errors" in end) {
    const { number: aboutNumber, ...others } = "errors" in read ? read.errors : {};
    const errors = {
      ...others,
      ...(aboutNumber ? { [numberBlockId(form)]: aboutNumber } : {}),
      ...(missed === undefined ? {} : { reason: missed }),
      ...("errors" in incident ? incident.errors : {}),
      ...("errors" in end ? end.errors : {}),
    };
    return { errors };
  }
  const { connectionId, numberId, seen } = number;
  const { userId } = req.conversation;
  const { channelId, threadTs } = form.from;
  return {
    request: {
      changeId: req.ctx.newId("chg"),
      key: { connectionId, numberId },
      change: read.change,
      seen,
      reason,
      ends: end.ends,
      details: incident.details,
      replyTo: { userId, channelId, threadTs, viewId: view.id },
      ...(form.breakGlass ? { override: { kind: "break_glass" } } : {}),
    },
  };
}

/** Problems that a retry cannot solve, or that need a look at the number first. */
export const isOver: ReadonlySet<ProblemCode> = new Set([
  "nothing_to_change",
  "outcome_unknown",
  "not_allowed",
]);

/** A button that opens the form again with what was typed, if a retry makes sense. */
async function backBlocks(
  req: RequestContext,
  { form, request }: SubmittedChange,
  { code }: Problem,
): Promise<readonly KnownBlock[]> {
  if (isOver.has(code)) return [];
  const draft = draftFromChange(request);
  return [
    actions([
      button("open_form", "Back to the form", await storeDraft(req, { verb: form.verb, wish: draft })),
    ]),
  ];
}

/** The recorded result of this request, if an earlier process handled the first submission of the form. */
async function wordsOfRecord(
  req: RequestContext,
  form: ChangeForm | undefined,
): Promise<ModalView | undefined> {
  const { workspace, requestId, accounts } = req.ctx;
  const record = await workspace.audit.changeOf(requestId);
  if (!form || !record?.outcome) return undefined;
  return textModal(changeForms[form.verb].title, withoutButtons(outcomeMessage(record, accounts)), form.from);
}

/** The incident to record with the change, or what is wrong with the typed key. */
async function readIncident(
  req: RequestContext,
  text: string | undefined,
): Promise<
  { readonly details: ChangeRequest["details"] } | { readonly errors: { readonly incident: string } }
> {
  if (!text?.trim()) return { details: undefined };
  const fault = await incidentError(req, text);
  return fault === undefined ? { details: { incident: incidentKey(text) } } : { errors: { incident: fault } };
}
