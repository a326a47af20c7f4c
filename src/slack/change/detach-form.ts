import { escape, section } from "../block-kit/blocks.ts";
import { detachWarning } from "../block-kit/detach-warning.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

const warning =
  "*Callers will reach nobody* until someone assigns an agent. To route the number to another agent, reassign it.";

/** Removes the number's agent, so that callers reach nobody. */
export const detachForm: ChangeFormKind = {
  verb: "detach",
  title: "Detach a number",
  submit: "Detach",
  owned: () => ["agent"],
  inputs: (number) => [
    section(detachWarning(number, warning)),
    ...(number.detachNote ? [section(`:no_entry: ${escape(number.detachNote)}`)] : []),
  ],
  after: ({ answers, chooser }) => `${answers} → *${chooser === undefined ? "nobody" : "no agent"}*`,
  read: () => ({ change: { kind: "detach" } }),
};
