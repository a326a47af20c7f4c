import type { Button } from "@slack/types";
import { z } from "zod";
import type { AuditEvent, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { canBeUndone } from "../../domain/changes/change-record.ts";
import { button, code } from "./blocks.ts";
import { buttonValue, json } from "./typed-value.ts";
import { restorePoints } from "../../domain/changes/restore.ts";

/** A button that opens the form for undoing a change. */
export function undoButton(changeId: string, text = "Undo"): Button {
  return button("undo", text, changeId);
}

/** A button that opens the form for restoring the state that a change made. */
export function restoreButton(changeId: string, text = "Go back to this state"): Button {
  return button("restore", text, changeId);
}

/** A button that opens such a form again with what was typed. */
export function restoreAgainButton(text: string, again: z.infer<typeof restoreAgain>): Button {
  const value = restoreAgainValue.encode(again);
  return again.overNewer ? button("undo_anyway", text, value, "danger") : button("restore_form", text, value);
}

/**
 * The buttons of a history entry: undo, if the change took effect or half of it did; and in the history of one number,
 * restore its state.
 */
export function restoreButtons(record: ChangeRecord, withRestore: boolean): Button[] {
  const { changeId } = record.requested;
  if (changeId === undefined || !canBeUndone(record)) return [];
  const isMade = record.outcome?.outcome === "applied";
  return [undoButton(changeId), ...(withRestore && isMade ? [restoreButton(changeId)] : [])];
}

/** Which other change a change undid or restored, in mrkdwn; undefined if none. */
export function restoredText(details: AuditEvent["details"]): string | undefined {
  const { undoes, restores } = details ?? {};
  if (undoes !== undefined) return `Undoes change ${code(undoes)}`;
  return restores === undefined ? undefined : `Goes back to the state after change ${code(restores)}`;
}

/** Which change a form restores: to the state before it, or to the state that it made. */
export const restoreDraft = z.object({ changeId: z.string().min(1).max(100), to: z.enum(restorePoints) });

/** The value of a button that opens such a form again with what was typed. */
const restoreAgain = restoreDraft.extend({
  reason: z.string().optional(),
  overNewer: z.boolean().optional(),
  breakGlass: z.boolean().optional(),
});
export const restoreAgainValue = buttonValue(json(restoreAgain));
