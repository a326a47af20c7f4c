/**
 * Characters that people do not see, or that change how they see the rest: control and format characters, unpaired
 * surrogates, line and paragraph separators, blank fillers, variation selectors, tags.
 */
const unseen = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;

// Excluded, because fillers count as letters and variation selectors as marks.
const letter = String.raw`(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}]`;
const pictograph = String.raw`\p{Extended_Pictographic}`;

/** Invisible characters that scripts and emoji need. Each is kept in its proper place and nowhere else. */
const needed = [
  // The flags of Scotland, England and Wales are spelled with tags.
  String.raw`(?<=\u{1F3F4})\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
  // Joiners and non-joiners: between letters in Persian and the scripts of India, and in emoji of several parts.
  String.raw`(?<=${letter})[\u200C\u200D](?=${letter})`,
  String.raw`(?<=${pictograph}\uFE0F?|\p{Emoji_Modifier})\u200D(?=${pictograph})`,
  // Variation selectors after characters with variants: emoji and digits in keycaps, ideographs, some scripts.
  String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Myanmar}|\p{Script=Phags_Pa}|\p{Sm})\uFE00`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180F]`,
  // Visible signs of Arabic, Syriac and Kaithi that Unicode classifies as format characters.
  String.raw`[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]`,
].join("|");

/** Matches each such character, for code that escapes them. */
export const unseenCharacters = new RegExp(unseen, "gu");

const lineBreaks = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu;
const anyUnseen = new RegExp(unseen, "u");
const keptOrUnseen = new RegExp(`(?<kept>${needed})|${unseen}`, "gu");

/**
 * A text from outside as one line with nothing hidden. Line breaks and tabs become blanks; every other invisible
 * character is removed or replaced by `mark`, except those that scripts and emoji need. Every text from outside is
 * shown through this: in Slack's blocks and messages, in reports, on the command line.
 */
export function visibleLine(text: string, mark = ""): string {
  if (!anyUnseen.test(text)) return text;
  return text.replace(lineBreaks, " ").replace(keptOrUnseen, (found, kept?: string) => kept ?? mark);
}

/** Whether a text has no visible character. */
export function isBlank(text: string): boolean {
  return visibleLine(text).trim() === "";
}

const refused = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const refusedButBreaks = /(?![\n\r\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/**
 * Why a typed text is not allowed as a vendor's value or as a name, as text to show; undefined if it is. `multiline`
 * allows line breaks. Control characters and those that change the text direction are refused, because they make a
 * value look like another one. Everything else is kept as typed.
 */
export function textFault(text: string, multiline = false): string | undefined {
  const found = (multiline ? refusedButBreaks : refused).exec(text);
  if (found) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const what = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]/u.test(found[0])
      ? "a line break or tab"
      : "an invisible control character";
    const position = Array.from(text.slice(0, found.index)).length + 1;
    return `It contains ${what} (U+${code}, character ${position}). Remove it and try again.`;
  }
  if (text.trim() !== "" && isBlank(text)) return "It has no visible character. Type one.";
  return undefined;
}
