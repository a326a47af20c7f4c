/**
 * What people do not see in a text, or what changes how they see the rest of it: control and format characters, lone
 * halves of a character, line and paragraph separators, fillers that are drawn as blanks, variation selectors, tags.
 */
const unseen = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;

// Fillers count as letters, variation selectors as marks.
const letter = String.raw`(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}]`;
const pictograph = String.raw`\p{Extended_Pictographic}`;

/** What of it writing needs: each is kept where it stands as it should, and nowhere else. */
const needed = [
  // Scotland's, England's and Wales's flags are spelt in tags.
  String.raw`(?<=\u{1F3F4})\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
  // Joiners and non-joiners: Persian and the scripts of India between letters, emoji of several parts.
  String.raw`(?<=${letter})[\u200C\u200D](?=${letter})`,
  String.raw`(?<=${pictograph}\uFE0F?|\p{Emoji_Modifier})\u200D(?=${pictograph})`,
  // Variation selectors behind what has variants: emoji and digits in keycaps, ideographs, some scripts.
  String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Myanmar}|\p{Script=Phags_Pa}|\p{Sm})\uFE00`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180F]`,
  // Signs of Arabic, Syriac and Kaithi that are written, though Unicode counts them as format characters.
  String.raw`[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]`,
].join("|");

/** Each of them, for those who write it as an escape. */
export const unseenCharacters = new RegExp(unseen, "gu");

const lineBreaks = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu;
const anyUnseen = new RegExp(unseen, "u");
const keptOrUnseen = new RegExp(`(?<kept>${needed})|${unseen}`, "gu");

/**
 * A text from outside as one line in which nothing is hidden: line breaks and tabs are blanks, and every character that
 * people do not see is left out, or stands as `mark`. It keeps what scripts and emoji need. Every surface shows text from
 * outside through this: Slack's blocks and messages, reports, the command line.
 */
export function visibleLine(text: string, mark = ""): string {
  if (!anyUnseen.test(text)) return text;
  return text.replace(lineBreaks, " ").replace(keptOrUnseen, (found, kept?: string) => kept ?? mark);
}

/** Whether people see anything of a text. */
export function isBlank(text: string): boolean {
  return visibleLine(text).trim() === "";
}

const refused = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const refusedButBreaks = /(?![\n\r\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/**
 * Why a text that somebody typed cannot become a value at a vendor or a name here, in words; undefined when it can. Line
 * breaks are taken where `multiline` says so. Everything else is kept as typed: control characters and those that turn the
 * direction of what follows would make the value look like another one.
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
