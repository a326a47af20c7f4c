import { emojiByName } from "../../../../domain/text/emoji-names.ts";

/** The emoji that the app uses. The page has a drawing of each. */
export const drawnEmoji = [
  "white_check_mark",
  "x",
  "warning",
  "no_entry",
  "lock",
  "rotating_light",
  "grey_question",
  "hourglass_flowing_sand",
  "alarm_clock",
  "checkered_flag",
  "leftwards_arrow_with_hook",
  "arrows_counterclockwise",
  "unlock",
  "snowflake",
  "electric_plug",
  "gear",
  "key",
  "pushpin",
  "raised_hand",
  "heavy_check_mark",
  "hourglass",
  "clock3",
  "eyes",
  "triangular_flag_on_post",
  "twisted_rightwards_arrows",
  "double_vertical_bar",
  "arrow_forward",
  "octagonal_sign",
  "bell",
  "no_bell",
  "telephone_receiver",
  "pager",
] as const;
export type DrawnEmoji = (typeof drawnEmoji)[number];

/** The character of an emoji's short name, or the name as typed if Slack has no such emoji. */
export function emoji(name: string): string {
  return emojiByName.get(name) ?? `:${name}:`;
}

/** Replaces short names in plain text that has emoji enabled. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+'-]+):/gu, (_whole, name: string) => emoji(name));
}
