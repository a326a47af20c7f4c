import type { ChangeKind } from "../../domain/numbers/change.ts";
import { detachForm } from "./detach-form.ts";
import { editForm } from "./edit-form.ts";
import { reassignForm } from "./reassign-form.ts";
import { renameForm } from "./rename-form.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

/** The change forms, by verb. */
export const changeForms: Readonly<Record<ChangeKind, ChangeFormKind>> = {
  reassign: reassignForm,
  detach: detachForm,
  rename: renameForm,
  edit: editForm,
};
