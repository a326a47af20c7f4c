import { visibleLine } from "./visible-text.ts";

/** Letters of other scripts in lower case, and the Latin letters that they look like in lower or upper case. */
const pairs = [
  // Cyrillic
  ["авекмнорстухіјѕһԁԛԝӏ", "abekmhopctyxijshdqwl"],
  // Greek
  ["αβεζηικμνορτυχ", "abezhikmnoptyx"],
  // Latin
  ["ıɡ", "ig"],
] as const;

const latinFor: ReadonlyMap<string, string> = new Map(
  pairs.flatMap(([others, latin]) => Array.from(others, (letter, at) => [letter, latin.charAt(at)] as const)),
);

const notAscii = /[^\p{ASCII}]/gu;

/** A text in which letters of other scripts are replaced by the Latin letters that people mistake them for. */
export function inLatinLetters(text: string): string {
  return text.replace(notAscii, (letter) => {
    const small = letter.toLowerCase();
    const latin = latinFor.get(small) ?? letter;
    return letter === small ? latin : latin.toUpperCase();
  });
}

/** Whether people cannot tell two different texts apart: they differ only in blanks, hidden characters or scripts. */
export function looksSame(one: string, other: string): boolean {
  return shown(one) === shown(other);
}

function shown(text: string): string {
  return inLatinLetters(visibleLine(text).normalize("NFKC")).replace(/\s+/gu, " ").trim();
}
