import { LIMITS } from "./block-kit-limits.ts";
import {
  anything,
  type Check,
  complain,
  flag,
  list,
  number,
  object,
  oneOf,
  plain,
  string,
  text,
} from "./checks.ts";
import { isObject, type Json, objectsOf } from "../json.ts";

const id = string(LIMITS.id, 1);
const confirm = object(
  {
    title: plain(LIMITS.confirm.title),
    text: text(LIMITS.confirm.text),
    confirm: plain(LIMITS.confirm.answer),
    deny: plain(LIMITS.confirm.answer),
    style: oneOf("primary", "danger"),
  },
  ["title", "text", "confirm", "deny"],
);
const option = (kinds: readonly string[]): Check =>
  object(
    {
      text: text(LIMITS.option.text, kinds),
      value: string(LIMITS.option.value, 1),
      description: text(LIMITS.option.description, kinds),
      url: string(LIMITS.option.url),
    },
    ["text", "value"],
  );
const menuOption = option(["plain_text"]);
const choice = option(["plain_text", "mrkdwn"]);
const menuOptions = list(menuOption, LIMITS.menu.options, 1);
const optionGroup = object({ label: plain(LIMITS.menu.groupLabel), options: menuOptions }, [
  "label",
  "options",
]);

const shared = { type: anything, action_id: id, confirm };
const entry = { type: anything, action_id: id, focus_on_load: flag };
const menu = { ...shared, focus_on_load: flag, placeholder: plain(LIMITS.menu.placeholder) };
const several = { max_selected_items: number(1) };
const dispatch = object({ trigger_actions_on: list(oneOf("on_enter_pressed", "on_character_entered"), 2) });
const lookup = { min_query_length: number(0) };
const initials = { initial_options: list(menuOption, LIMITS.menu.options, 1) };

/** The part of an initial option that must match one of the options. */
function identity(each: Json): string {
  return JSON.stringify([each["value"], isObject(each["text"]) ? each["text"]["text"] : undefined]);
}
const offersInitial: Check = (value, at, found) => {
  if (!isObject(value)) return;
  const all = [
    ...objectsOf(value["options"]),
    ...objectsOf(value["option_groups"]).flatMap((group) => objectsOf(group["options"])),
  ];
  const offered = new Set(all.map((each) => identity(each)));
  for (const each of [...objectsOf([value["initial_option"]]), ...objectsOf(value["initial_options"])]) {
    if (!offered.has(identity(each))) complain(found, at, "initial option must be one of the options");
  }
};
const oneSource: Check = (value, at, found) => {
  if (isObject(value) && (value["options"] === undefined) === (value["option_groups"] === undefined)) {
    complain(found, at, "needs either options or option_groups");
  }
  offersInitial(value, at, found);
};
const staticSource = { options: menuOptions, option_groups: list(optionGroup, LIMITS.menu.groups, 1) };
const choices = { ...shared, focus_on_load: flag, options: list(choice, LIMITS.choices, 1) };
const typing = { ...entry, placeholder: plain(LIMITS.menu.placeholder), dispatch_action_config: dispatch };
const picker = { ...shared, focus_on_load: flag, placeholder: plain(LIMITS.menu.placeholder) };
const textLengths = {
  initial_value: string(LIMITS.textInput),
  min_length: number(0, LIMITS.textInput),
  max_length: number(1, LIMITS.textInput),
};
const conversationKinds = object({
  include: list(oneOf("im", "mpim", "private", "public"), 4, 1),
  exclude_external_shared_channels: flag,
  exclude_bot_users: flag,
});
const conversationFilter = {
  default_to_current_conversation: flag,
  filter: conversationKinds,
  response_url_enabled: flag,
};

export const ELEMENTS: Record<string, Check> = {
  button: object(
    {
      ...shared,
      text: plain(LIMITS.button.text),
      url: string(LIMITS.button.url),
      value: string(LIMITS.button.value),
      style: oneOf("primary", "danger"),
      accessibility_label: string(LIMITS.button.text),
    },
    ["text"],
  ),
  overflow: object({ ...shared, options: list(menuOption, LIMITS.overflow.most, LIMITS.overflow.least) }, [
    "options",
  ]),
  static_select: object({ ...menu, ...staticSource, initial_option: menuOption }, [], oneSource),
  multi_static_select: object({ ...menu, ...staticSource, ...several, ...initials }, [], oneSource),
  external_select: object({ ...menu, ...lookup, initial_option: menuOption }),
  multi_external_select: object({ ...menu, ...lookup, ...several, ...initials }),
  users_select: object({ ...menu, initial_user: string(LIMITS.id, 1) }),
  multi_users_select: object({ ...menu, ...several, initial_users: list(string(LIMITS.id, 1), 100) }),
  conversations_select: object({
    ...menu,
    ...conversationFilter,
    initial_conversation: string(LIMITS.id, 1),
  }),
  multi_conversations_select: object({
    ...menu,
    ...several,
    default_to_current_conversation: flag,
    filter: conversationKinds,
    initial_conversations: list(string(LIMITS.id, 1), 100),
  }),
  channels_select: object({
    ...menu,
    initial_channel: string(LIMITS.id, 1),
    response_url_enabled: flag,
  }),
  checkboxes: object(
    { ...choices, initial_options: list(choice, LIMITS.choices, 1) },
    ["options"],
    offersInitial,
  ),
  radio_buttons: object({ ...choices, initial_option: choice }, ["options"], offersInitial),
  datepicker: object({ ...picker, initial_date: string(10, 10) }),
  timepicker: object({ ...picker, initial_time: string(5, 5), timezone: string(LIMITS.id) }),
  datetimepicker: object({ ...shared, focus_on_load: flag, initial_date_time: number(1e9, 1e10) }),
  plain_text_input: object({ ...typing, ...textLengths, multiline: flag }),
  email_text_input: object({ ...typing, initial_value: string(LIMITS.textInput) }),
  url_text_input: object({ ...typing, initial_value: string(LIMITS.textInput) }),
  number_input: object(
    {
      ...typing,
      is_decimal_allowed: flag,
      initial_value: string(40),
      min_value: string(40),
      max_value: string(40),
    },
    ["is_decimal_allowed"],
  ),
  rich_text_input: object({ ...typing, initial_value: anything }),
  image: object(
    {
      type: anything,
      image_url: string(LIMITS.image.url, 1),
      slack_file: anything,
      alt_text: string(LIMITS.image.alt, 1),
    },
    ["alt_text"],
  ),
  mrkdwn: text(LIMITS.text, ["mrkdwn"]),
  plain_text: plain(LIMITS.text),
};
