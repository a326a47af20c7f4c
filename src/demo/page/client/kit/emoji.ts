import { emojiByName } from "../../../../domain/emoji-names.ts";

/** The character of an emoji's short name, or the name as it was typed where Slack has none of its own. */
export function emoji(name: string): string {
  return emojiByName.get(name) ?? `:${name}:`;
}

/** Short names in plain text that asks for emoji. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+'-]+):/gu, (_whole, name: string) => emoji(name));
}
