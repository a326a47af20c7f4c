import type { Button } from "@slack/types";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { button } from "../block-kit/blocks.ts";
import { formRequestValue } from "../forms/change-draft.ts";
import { restoreButton, undoButton } from "../block-kit/restore-buttons.ts";

/**
 * A button that requests the same change again. It sends nothing: it opens a form with a current preview, or the undo
 * form if the change was an undo or a restore. Its value is the change's id, because the record has all details.
 */
export function tryAgainButton(changeId: string, details: AuditEvent["details"]): Button {
  const { undoes, restores } = details ?? {};
  if (undoes !== undefined) return undoButton(undoes, "Try again");
  if (restores !== undefined) return restoreButton(restores, "Try again");
  return button("open_form", "Try again", formRequestValue.encode({ kind: "change", changeId }));
}
