import { isProblem } from "../../domain/problem.ts";
import { limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { findText, keepText } from "./stored-state.ts";
import { draftFromRecordedAgent, draftFromRecord } from "./recorded-draft.ts";
import { decodeDraft, encodeDraft, type DraftForm } from "./change-draft.ts";

const keptMark = "kept:";
/** What begins the value of a button that asks once more for a change on record, or for the agent that one left. */
export const changeMark = "change:";
export const leftMark = "left:";

/**
 * A change draft as the value of a button that only this person is shown: whole, and kept on the server where it does not fit.
 * Without what does not fit where it cannot be kept.
 */
export async function storeDraft(req: RequestContext, form: DraftForm): Promise<string> {
  const whole = JSON.stringify(form);
  if (whole.length <= limits.buttonValue) return whole;
  try {
    return `${keptMark}${await keepText(req, whole)}`;
  } catch (error) {
    if (!isProblem(error)) throw error;
    req.ctx.log.warn({ requestId: req.ctx.requestId, problem: error.code, err: error }, "wish not kept");
    return encodeDraft(form);
  }
}

/**
 * Reads the value of a button that opens a change form. Throws invalid_input for anything else and for what is no longer
 * kept, and not_found for a change that there is no record of.
 */
export async function loadDraft(req: RequestContext, value: string | undefined): Promise<DraftForm> {
  const { audit } = req.ctx.workspace;
  if (value?.startsWith(changeMark))
    return draftFromRecord((await audit.change(value.slice(changeMark.length))).requested);
  if (value?.startsWith(leftMark)) {
    const [changeId = "", foundAt] = value.slice(leftMark.length).split(" ");
    return draftFromRecordedAgent((await audit.change(changeId)).requested, foundAt);
  }
  if (!value?.startsWith(keptMark)) return decodeDraft(value);
  return decodeDraft(await findText(req, value.slice(keptMark.length)));
}
