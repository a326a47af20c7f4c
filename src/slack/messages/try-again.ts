import type { Button } from "@slack/types";
import type { ChangeKind } from "../../domain/change.ts";
import type { AuditEvent } from "../../domain/audit-log.ts";
import { button } from "../block-kit.ts";
import { wishText, type Wish } from "../wish.ts";
import { restoreButton, undoButton } from "./restore-buttons.ts";

/**
 * A way to ask for the same change once more. It sends nothing: it opens a form of its own, with its own now → after. For
 * what was to undo or restore another change, that is the form which does that.
 */
export function tryAgainButton(
  verb: ChangeKind,
  wish: Wish,
  { changeId, details }: Pick<AuditEvent, "changeId" | "details">,
): Button {
  const { undoes, restores } = details ?? {};
  if (undoes !== undefined) return undoButton(undoes, "Try again");
  if (restores !== undefined) return restoreButton(restores, "Try again");
  return button("open_form", "Try again", wishText({ verb, wish, again: changeId }));
}
