import type { ChangeKind } from "../../domain/change.ts";
import type { ChangeFormKind } from "./change-form.ts";
import { detachForm } from "./detach.ts";
import { editForm } from "./edit.ts";
import { reassignForm } from "./reassign.ts";
import { renameForm } from "./rename.ts";

/** The change forms, by verb. */
export const changeForms: Readonly<Record<ChangeKind, ChangeFormKind>> = {
  reassign: reassignForm,
  detach: detachForm,
  rename: renameForm,
  edit: editForm,
};
