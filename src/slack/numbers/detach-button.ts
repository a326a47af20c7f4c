import type { Button } from "@slack/types";
import { answeringWithoutAgent, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { button } from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import { numberLabel } from "../block-kit/number-title.ts";

/** Opens the form that detaches a number, after a question: a slip of the finger opens nothing. */
export function detachButton(number: PhoneNumber, value: string): Button {
  const { answeredBy, chooser } = answeringWithoutAgent(number);
  const callers =
    answeredBy === undefined && chooser === undefined
      ? "Callers will reach nobody until someone assigns an agent."
      : "Something else may answer then: the form says what.";
  return confirmed(button("detach", "Detach", value, "danger"), {
    title: `Detach ${numberLabel(number)}?`,
    text: `${callers} Continue opens the form. Nothing changes before you send it.`,
    yes: "Continue",
    style: "danger",
  });
}
