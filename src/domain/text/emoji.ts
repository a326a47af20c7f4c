import { emojiByName } from "./emoji-names.ts";

const namedEmoji = /:([a-z0-9_+'-]{1,60}):(?::skin-tone-([2-6])(?:-([2-6]))?:)?/gu;

/** Replaces emoji names by their characters. Names outside Slack's standard set stay as they are. */
export function withEmoji(text: string): string {
  if (!text.includes(":")) return text;
  return text.replace(namedEmoji, (whole, name: string, first?: string, second?: string) => {
    const character = emojiByName.get(name);
    if (character === undefined) return whole;
    return first === undefined ? character : withTone(character, first, second ?? first);
  });
}

/** Applies skin tones to an emoji: `first` to the first person, `last` to the last. */
function withTone(emoji: string, first: string, last: string): string {
  const points = Array.from(emoji);
  const bases = points.flatMap((point, at) => (/\p{Emoji_Modifier_Base}/u.test(point) ? [at] : []));
  // Slack shows a tone that does not apply as a swatch after the emoji.
  if (bases.length === 0) return emoji + tone(first);
  const toned = points.map((point, at) => {
    if (at === bases[0]) return point + tone(first);
    return at === bases.at(-1) ? point + tone(last) : point;
  });
  return toned.filter((point, at) => point !== "\uFE0F" || !bases.includes(at - 1)).join("");
}

/** Slack numbers its skin tones from 2 to 6. */
const tone = (step: string): string => String.fromCodePoint(0x1f3fb + Number(step) - 2);
