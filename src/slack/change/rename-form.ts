import { textFault } from "../../domain/text/visible-text.ts";
import { bold, cut } from "../block-kit/blocks.ts";
import { textInput } from "../forms/inputs.ts";
import { numberValue } from "../block-kit/key-values.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

/** Sets the number's name, or clears it if the vendor can. */
export const renameForm: ChangeFormKind = {
  verb: "rename",
  title: "Rename a number",
  submit: "Rename",
  owned: () => ["name"],
  inputs: (number, vendor, values) => [
    textInput({
      blockId: `name:${numberValue.encode(number)}`.slice(0, 255),
      actionId: "name",
      label: "Name",
      maxLength: 3000,
      optional: vendor.capabilities.name.clearable,
      value: values["name"] ? values["name"].value : (number.seen["name"] ?? undefined),
      hint: vendor.capabilities.name.clearable
        ? "Leave it empty to clear the name."
        : `${vendor.title} has no way to clear a name.`,
    }),
  ],
  // Typing does not update the form, so the preview refers to the input: a copy of the name would soon be outdated.
  after: ({ seen }) =>
    `${seen["name"] ? bold(cut(seen["name"], 100)) : "_no name_"} → the name you type above`,
  read: (number, vendor, values) => {
    const blockId = `name:${numberValue.encode(number)}`.slice(0, 255);
    const name = values["name"]?.value?.trim() ?? "";
    const { maxLength, clearable } = vendor.capabilities.name;
    const wrong = (words: string) => ({ errors: { [blockId]: words } });
    const fault = textFault(name);
    if (fault !== undefined) return wrong(fault);
    if (Array.from(name).length > maxLength)
      return wrong(
        `${vendor.title} allows at most ${maxLength} characters; these are ${Array.from(name).length}.`,
      );
    if (name === "" && !clearable)
      return wrong(`${vendor.title} has no way to clear a name. Type another one.`);
    if (name === (number.seen["name"] ?? "")) return wrong("The number already has this name.");
    return { change: { kind: "rename", name: name || null } };
  },
};
