import type { Button } from "@slack/types";
import type { AuditEvent } from "../../domain/audit-log.ts";
import { button } from "../block-kit/blocks.ts";
import { formRequestValue } from "../forms/change-draft.ts";
import { restoreButton, undoButton } from "../block-kit/restore-buttons.ts";

/**
 * A way to ask for the same change once more. It sends nothing: it opens a form of its own, with its own now → after. For
 * what was to undo or restore another change, that is the form which does that. The button names the change: what was
 * asked for is read from its record, whole.
 */
export function tryAgainButton(changeId: string, details: AuditEvent["details"]): Button {
  const { undoes, restores } = details ?? {};
  if (undoes !== undefined) return undoButton(undoes, "Try again");
  if (restores !== undefined) return restoreButton(restores, "Try again");
  return button("open_form", "Try again", formRequestValue.encode({ kind: "change", changeId }));
}
