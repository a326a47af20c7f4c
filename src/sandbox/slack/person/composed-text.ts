import { slug } from "../ids.ts";
import type { WorkspaceSeed } from "../types.ts";

/**
 * Converts typed text as Slack does, according to its documentation on formatting and `should_escape`: escapes `&`, `<`
 * and `>`, and replaces people, channels and groups by ids, addresses by links, emoji by short names. In a command, a
 * mention also contains the name.
 */
export function composedText(
  typed: string,
  { users, channels, userGroups = [] }: Pick<WorkspaceSeed, "users" | "channels" | "userGroups">,
  emoji: ReadonlyMap<string, string> = new Map(),
  inCommand = true,
): string {
  const label = (name: string): string => (inCommand ? `|${name}` : "");
  const names = new Map<string, string>([
    ["@here", "<!here>"],
    ["@channel", "<!channel>"],
    ["@everyone", "<!everyone>"],
    ...users.map(({ id, name }): [string, string] => [
      `@${name.toLowerCase()}`,
      `<@${id}${label(slug(name))}>`,
    ]),
    ...channels.map(({ id, name }): [string, string] => [`#${name.toLowerCase()}`, `<#${id}${label(name)}>`]),
    ...userGroups.map(({ id, handle }): [string, string] => [
      `@${handle.toLowerCase()}`,
      `<!subteam^${id}|@${handle}>`,
    ]),
  ]);
  const nameOf = emojiNames(emoji);
  return typed
    .split(linkOrName(names))
    .map((part, at) =>
      at % 2 === 0 ? withEmojiNames(escaped(part), nameOf) : (names.get(part.toLowerCase()) ?? link(part)),
    )
    .join("");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const address = String.raw`(?<![\w<|/@.])https?:\/\/[^\s<>|"”]+`;
const mail = String.raw`(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)`;
const domain = String.raw`(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|ai|de)(?:\/[^\s<>|"”]*)?(?![\w@.-])`;

/** Splits a text at links and mentions; every second part is one. */
function linkOrName(names: ReadonlyMap<string, string>): RegExp {
  // The longest first, because one name may be the beginning of another.
  const each = [...names.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`));
  return new RegExp(`(${address}|${mail}|(?<!\\w)(?:${each.join("|")})(?!\\w)|${domain})`, "giu");
}

function link(text: string): string {
  if (/^https?:/iu.test(text)) return `<${escaped(text)}>`;
  return text.includes("@") ? `<mailto:${text}|${text}>` : `<http://${escaped(text)}|${escaped(text)}>`;
}

function emojiNames(characters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  // If there are several names, the first is Slack's own.
  return new Map([...characters].toReversed().map(([name, character]) => [character, name]));
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function withEmojiNames(text: string, names: ReadonlyMap<string, string>): string {
  return Array.from(graphemes.segment(text), ({ segment }) => emojiName(segment, names) ?? segment).join("");
}

function emojiName(grapheme: string, names: ReadonlyMap<string, string>): string | undefined {
  const plain = names.get(grapheme);
  if (plain !== undefined) return `:${plain}:`;
  const tones = Array.from(grapheme).filter((point) => /\p{Emoji_Modifier}/u.test(point));
  if (tones.length === 0) return undefined;
  const untoned = grapheme.replace(/\p{Emoji_Modifier}/gu, "");
  const name =
    names.get(untoned) ??
    names.get(`${untoned}\uFE0F`) ??
    names.get(untoned.replace("\u200D", "\uFE0F\u200D"));
  if (name === undefined) return undefined;
  const steps = tones.map((tone) => (tone.codePointAt(0) ?? 0) - 0x1f3fb + 2);
  return `:${name}::skin-tone-${[...new Set(steps)].join("-")}:`;
}
