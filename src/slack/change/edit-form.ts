import type { InputBlock } from "@slack/types";
import { fieldKey } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { FieldSpec, Vendor } from "../../domain/vendor/vendor.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import type { FormNumber } from "./change-form-state.ts";
import { elsewhereValue } from "./agent-elsewhere.ts";
import { textInput, typeahead, type FormValues } from "../forms/inputs.ts";
import { numberValue } from "../block-kit/key-values.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

/** The value of the option that clears a field, because Slack's selects cannot be cleared. */
export const noneValue = "none";
export const noneLabel = "— none —";

/** The value of the option that only says that the choices of a field cannot be read. */
export const unreadValue = "unread";

/** The vendor's own fields, according to its capabilities. */
export const editForm: ChangeFormKind = {
  verb: "edit",
  title: "Edit a number",
  submit: "Save",
  owned: (vendor) => vendor.capabilities.fields.map(({ id }) => fieldKey(id)),
  unavailable: ({ capabilities, title }) =>
    capabilities.fields.length === 0
      ? `:no_entry: ${title} has no other fields to edit. Reassign or rename the number instead.`
      : undefined,
  inputs: (number, vendor, values) =>
    vendor.capabilities.fields.map((spec) => fieldInput(spec, number, vendor, values)),
  after: () => "Only fields you change are sent.",
  read: (number, vendor, values) => {
    const { fields } = vendor.capabilities;
    if (fields.length === 0) return { errors: { number: `${vendor.title} has no other fields to edit.` } };
    const errors = new Map<string, string>();
    const changed = new Map<string, string | null>();
    for (const spec of fields) {
      const before = ownValue(number.seen, fieldKey(spec.id))?.trim() ?? "";
      const raw = ownValue(values, spec.id)?.value?.trim() ?? "";
      const wanted = raw === noneValue && spec.input === "agent" ? "" : raw;
      // An empty select means that nothing was chosen; clearing is a separate option.
      if (wanted === before || (isSelect(spec) && raw === "")) continue;
      if (wanted === unreadValue && spec.input === "choice") {
        errors.set(blockId(spec, number), "Type the id in this menu, then choose it.");
        continue;
      }
      if (wanted === elsewhereValue) {
        errors.set(blockId(spec, number), `Choose an agent of ${number.connection}.`);
        continue;
      }
      const { length } = Array.from(wanted);
      const fault = textFault(wanted, spec.input === "multiline");
      if (length > spec.maxLength)
        errors.set(blockId(spec, number), `At most ${spec.maxLength} characters; these are ${length}.`);
      else if (fault !== undefined) errors.set(blockId(spec, number), fault);
      else if (wanted === "" && !spec.clearable)
        errors.set(blockId(spec, number), `${vendor.title} has no way to empty this.`);
      else changed.set(spec.id, wanted || null);
    }
    if (errors.size > 0) return { errors: Object.fromEntries(errors) };
    const first = fields[0];
    if (changed.size === 0 && first) {
      return { errors: { [blockId(first, number)]: "Change at least one field." } };
    }
    return { change: { kind: "edit", fields: Object.fromEntries(changed) } };
  },
};

const isSelect = ({ input }: FieldSpec): boolean => input === "agent" || input === "choice";

function blockId({ id }: FieldSpec, number: FormNumber): string {
  return `${id}:${numberValue.encode(number)}`.slice(0, 255);
}

function fieldInput(spec: FieldSpec, number: FormNumber, vendor: Vendor, values: FormValues): InputBlock {
  const seen = ownValue(number.seen, fieldKey(spec.id)) ?? undefined;
  const typed = ownValue(values, spec.id);
  const common = {
    blockId: blockId(spec, number),
    actionId: spec.id,
    label: spec.label,
    optional: true,
    hint: spec.clearable ? spec.hint : `${spec.hint} ${vendor.title} has no way to empty it.`,
  };
  if (isSelect(spec)) {
    return typeahead({
      ...common,
      placeholder:
        spec.input === "agent"
          ? `An agent of ${number.connection}`
          : `Of ${number.connection}, or type an id`,
      chosen:
        typed?.value === ""
          ? { value: noneValue, label: noneLabel }
          : (typed ?? { value: seen, label: seen && ownValue(number.labels, seen) }),
    });
  }
  return textInput({
    ...common,
    multiline: spec.input === "multiline",
    maxLength: 3000,
    value: typed ? typed.value : seen,
  });
}
