import type { Button } from "@slack/types";
import { actions, button, cut, escape, limits, section } from "../block-kit/blocks.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { detachWarning } from "../block-kit/detach-warning.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import type { FormNumber } from "./change-form-state.ts";

const warning = "*Callers will reach nobody* until someone assigns an agent.";

/** The button that opens a form to reassign the number instead. */
export const insteadId = "instead";

function insteadButton(number: FormNumber): Button {
  const { holding } = number;
  const text = holding ? `Reassign to ${holding.name}` : "Reassign instead";
  return button(insteadId, cut(text, limits.buttonText), numberValue.encode(number));
}

/** Removes the number's agent, so that callers reach nobody. */
export const detachForm: ChangeFormKind = {
  verb: "detach",
  title: "Detach a number",
  submit: "Detach",
  owned: () => ["agent"],
  inputs: (number) => [
    section(detachWarning(number, warning)),
    ...(number.detachNote ? [section(`:no_entry: ${escape(number.detachNote)}`)] : []),
    ...(number.isUnbindable ? [] : [actions([insteadButton(number)])]),
  ],
  after: ({ answers, chooser }) => `${answers} → *${chooser === undefined ? "nobody" : "no agent"}*`,
  read: () => ({ change: { kind: "detach" } }),
};
