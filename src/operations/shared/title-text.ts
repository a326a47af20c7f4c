/** The parts of a number's title: `Roadside (+1 214 555 0152) · Cartesia prod`. */
export interface TitleText {
  readonly name: string;
  readonly digits: string;
  /** The text after it, such as the name of the connection; may be empty. */
  readonly rest: string;
}

/** Parses a title as Patchbay shows it, with or without formatting; undefined for any other text. */
export function readTitle(plain: string): TitleText | undefined {
  const [, name = "", written = "", rest = ""] =
    /^(.*\S)\s*\((\+?[\d\s./-]{4,30})\)(?:\s*(?:·|→|,|:)\s*(.*))?$/u.exec(plain) ?? [];
  const digits = written.replace(/\D/gu, "");
  if (digits.length < 4) return undefined;
  return { name: name.replace(/^[*_]+|[*_]+$/gu, "").trim(), digits, rest: rest.trim() };
}
