import { escape, section } from "../block-kit/blocks.ts";
import type { FormNumber } from "./change-form-state.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";

const warning =
  ":warning: *Callers will reach nobody* until someone assigns an agent. To route the number to another agent, reassign it.";

function warningFor({ answeredBy, chooser }: FormNumber): string {
  if (answeredBy !== undefined)
    return `:warning: Calls reach *${escape(answeredBy)}*. A detach does not change that.`;
  return chooser === undefined
    ? warning
    : `:warning: Afterwards, *${escape(chooser)}* alone decides who answers. If it chooses no agent, callers reach nobody.`;
}

/** Removes the number's agent, so that callers reach nobody. */
export const detachForm: ChangeFormKind = {
  verb: "detach",
  title: "Detach a number",
  submit: "Detach",
  owned: () => ["agent"],
  inputs: (number) => [
    section(warningFor(number)),
    ...(number.detachNote ? [section(`:no_entry: ${escape(number.detachNote)}`)] : []),
  ],
  after: ({ answers, chooser }) => `${answers} → *${chooser === undefined ? "nobody" : "no agent"}*`,
  read: () => ({ change: { kind: "detach" } }),
};
