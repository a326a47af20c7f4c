import { stringOf } from "../json.ts";
import { Button } from "./button.tsx";
import { Choices } from "./choices.tsx";
import { MultiSelect } from "./multi-select.tsx";
import { OverflowMenu } from "./overflow.tsx";
import { Select } from "./select.tsx";
import type { ElementProps } from "./surface.ts";
import { TextInput } from "./text-input.tsx";

/** An interactive element, by its type. */
export function BlockElement(props: ElementProps) {
  const type = stringOf(props.element["type"]);
  switch (type) {
    case "button":
      return <Button {...props} />;
    case "overflow":
      return <OverflowMenu {...props} />;
    case "static_select":
    case "external_select":
    case "users_select":
    case "channels_select":
    case "conversations_select":
      return <Select {...props} />;
    case "multi_static_select":
    case "multi_external_select":
    case "multi_users_select":
    case "multi_conversations_select":
      return <MultiSelect {...props} />;
    case "checkboxes":
    case "radio_buttons":
      return <Choices {...props} />;
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return <TextInput {...props} />;
    default:
      return (
        <p class="unknown-block">
          An element of the type <code>{type}</code>, which this page does not draw.
        </p>
      );
  }
}
