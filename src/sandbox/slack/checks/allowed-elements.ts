import { typed } from "./checks.ts";
import { ELEMENTS } from "./element-checks.ts";

export const selects = ["static_select", "external_select", "users_select", "conversations_select"].concat(
  "channels_select",
);

export const multiSelects = ["multi_static_select", "multi_external_select", "multi_users_select"].concat(
  "multi_conversations_select",
);

export const pickers = ["checkboxes", "radio_buttons", "datepicker", "timepicker"];

/** The elements of an actions block. */
export const actionElement = typed(ELEMENTS, [
  "button",
  "overflow",
  "datetimepicker",
  ...selects,
  ...pickers,
]);

/** The accessories of a section. */
export const accessory = typed(ELEMENTS, [
  "button",
  "overflow",
  "image",
  ...selects,
  ...multiSelects,
  ...pickers,
]);

/** The elements of an input block. */
export const inputElement = typed(ELEMENTS, [
  "plain_text_input",
  "email_text_input",
  "url_text_input",
  "number_input",
  "rich_text_input",
  "datetimepicker",
  ...selects,
  ...multiSelects,
  ...pickers,
]);

/** The elements of a context block. */
export const contextElement = typed(ELEMENTS, ["image", "mrkdwn", "plain_text"]);
