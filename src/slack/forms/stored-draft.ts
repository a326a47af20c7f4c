import { isProblem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";
import { findText, keepText } from "./stored-state.ts";
import { draftFromRecordedAgent, draftFromRecord } from "./recorded-draft.ts";
import { draftState, encodeDraft, formRequestValue, type DraftForm } from "./change-draft.ts";

/**
 * A draft as the value of a button that only this person sees. A long one is stored on the server, or shortened if it
 * cannot be stored.
 */
export async function storeDraft(req: RequestContext, form: DraftForm): Promise<string> {
  const whole = formRequestValue.encodeIfFits({ kind: "draft", form });
  if (whole !== undefined) return whole;
  try {
    const token = await keepText(req, draftState.encode(form));
    return formRequestValue.encode({ kind: "kept", token });
  } catch (error) {
    if (!isProblem(error)) throw error;
    req.ctx.log.warn({ requestId: req.ctx.requestId, problem: error.code, err: error }, "draft not stored");
    return encodeDraft(form);
  }
}

/**
 * Loads the draft of a button that opens a change form. Throws invalid_input for an invalid or expired value, and
 * not_found for an unknown change.
 */
export async function loadDraft(req: RequestContext, value: string | undefined): Promise<DraftForm> {
  const { audit } = req.ctx.workspace;
  const asked = formRequestValue.parse(value);
  switch (asked.kind) {
    case "draft":
      return asked.form;
    case "kept":
      return draftState.parse(await findText(req, asked.token));
    case "change":
      return draftFromRecord((await audit.change(asked.changeId)).requested);
    case "left":
      return draftFromRecordedAgent((await audit.change(asked.changeId)).requested, asked.foundAt);
  }
}
