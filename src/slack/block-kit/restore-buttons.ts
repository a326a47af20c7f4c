import type { Button } from "@slack/types";
import { z } from "zod";
import type { AuditEvent, ChangeRecord } from "../../domain/audit-log.ts";
import { canBeUndone } from "../../domain/change-record.ts";
import { button, code } from "./blocks.ts";
import { buttonValue, json } from "./typed-value.ts";
import { restorePoints } from "../../domain/restore.ts";

/** Opens the form that undoes a change. */
export function undoButton(changeId: string, text = "Undo"): Button {
  return button("undo", text, changeId);
}

/** Opens the form that restores what a change had made. */
export function restoreButton(changeId: string, text = "Go back to this state"): Button {
  return button("restore", text, changeId);
}

/** Opens such a form again with what was typed into it. */
export function restoreAgainButton(text: string, again: z.infer<typeof restoreAgain>): Button {
  const value = restoreAgainValue.encode(again);
  return again.overNewer ? button("undo_anyway", text, value, "danger") : button("restore_form", text, value);
}

/** What a line of history offers: to undo what took effect, or half of it, and, in the history of one number, to restore what it had made. */
export function restoreButtons(record: ChangeRecord, withRestore: boolean): Button[] {
  const { changeId } = record.requested;
  if (changeId === undefined || !canBeUndone(record)) return [];
  const isMade = record.outcome?.outcome === "applied";
  return [undoButton(changeId), ...(withRestore && isMade ? [restoreButton(changeId)] : [])];
}

/** Says which other change a change undid or restored, in mrkdwn; undefined for one that did neither. */
export function restoredText(details: AuditEvent["details"]): string | undefined {
  const { undoes, restores } = details ?? {};
  if (undoes !== undefined) return `Undoes change ${code(undoes)}`;
  return restores === undefined ? undefined : `Goes back to the state after change ${code(restores)}`;
}

/** Which change a form restores: to what was before it, or to what it had made. */
export const restoreDraft = z.object({ changeId: z.string().min(1).max(100), to: z.enum(restorePoints) });

/** What a button carries that opens such a form again with what was typed into it. */
const restoreAgain = restoreDraft.extend({
  reason: z.string().optional(),
  overNewer: z.boolean().optional(),
  breakGlass: z.boolean().optional(),
});
export const restoreAgainValue = buttonValue(json(restoreAgain));
