import { escape, section } from "../block-kit/blocks.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

const warning =
  ":warning: *Callers will reach nobody* until someone assigns an agent. To route the number to another agent, reassign it.";

/** Removes the number's agent, so that callers reach nobody. */
export const detachForm: ChangeFormKind = {
  verb: "detach",
  title: "Detach a number",
  submit: "Detach",
  owned: () => ["agent"],
  inputs: ({ detachNote }) => [
    section(warning),
    ...(detachNote ? [section(`:no_entry: ${escape(detachNote)}`)] : []),
  ],
  after: ({ answers }) => `${answers} → *nobody*`,
  read: () => ({ change: { kind: "detach" } }),
};
