import type { Button, ConfirmationDialog } from "@slack/types";
import { plainText } from "./blocks.ts";

/** A question that Slack asks before it sends a press: at most 100 characters of title and 300 of text. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button that says yes is called. */
  readonly yes: string;
  readonly style?: "danger";
}

/** A button that asks first. Its value and action stay as they are, so older messages work without the question. */
export function confirmed(element: Button, { title, text, yes, style }: Question): Button {
  const confirm: ConfirmationDialog = {
    title: plainText(title, 100),
    text: plainText(text, 300),
    confirm: plainText(yes, 30),
    deny: plainText("Cancel"),
    ...(style === undefined ? {} : { style }),
  };
  return { ...element, confirm };
}
