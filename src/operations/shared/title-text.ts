/** The parts of a number's title: `Roadside (+1 214 555 0152) · Cartesia prod`. */
export interface TitleText {
  /** Empty if there are only digits. */
  readonly name: string;
  readonly digits: string;
  /** The text after it, such as the name of the connection; may be empty. */
  readonly rest: string;
}

/** Parses a title or a line as Patchbay shows it, with or without formatting; undefined for any other text. */
export function readTitle(plain: string): TitleText | undefined {
  return readBracketed(plain) ?? readListLine(plain);
}

function readBracketed(plain: string): TitleText | undefined {
  const [, name = "", written = "", rest = ""] =
    /^(.*\S)\s*\((\+?[\d\s./-]{4,30})\)(?:\s*(?:·|→|,|:)\s*(.*))?$/u.exec(plain) ?? [];
  const digits = written.replace(/\D/gu, "");
  if (digits.length < 4) return undefined;
  return { name: withoutMarks(name), digits, rest: rest.trim() };
}

const wholeNumber = /^\+[\d\s()./-]{6,30}$/u;

/** Parses `Roadside → Dispatch · +1 214 555 0152 · Cartesia prod`. Without the digits, it could be a name. */
function readListLine(plain: string): TitleText | undefined {
  const parts = plain.split(/[·→]/u).map(withoutMarks);
  const written = parts.find((part) => wholeNumber.test(part));
  if (parts.length < 2 || written === undefined) return undefined;
  const [first = ""] = parts;
  const isName = first !== written && !first.startsWith("@");
  return { name: isName ? first : "", digits: written.replace(/\D/gu, ""), rest: parts.at(-1) ?? "" };
}

/** Removes formatting, and the marks before a line. */
const withoutMarks = (text: string): string =>
  text
    .trim()
    .replace(/^[⚠✅]\s*/u, "")
    .replace(/^[*_]+|[*_]+$/gu, "")
    .trim();
