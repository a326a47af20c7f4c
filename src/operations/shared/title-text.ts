/** What a title of a number says: `Roadside (+1 214 555 0152) · Cartesia prod`. */
export interface TitleText {
  readonly name: string;
  readonly digits: string;
  /** What stands behind it, such as the name of the connection; empty when nothing does. */
  readonly rest: string;
}

/** Reads a title as Patchbay writes it, with or without its marks; undefined for any other text. */
export function readTitle(plain: string): TitleText | undefined {
  const [, name = "", written = "", rest = ""] =
    /^(.*\S)\s*\((\+?[\d\s./-]{4,30})\)(?:\s*(?:·|→|,|:)\s*(.*))?$/u.exec(plain) ?? [];
  const digits = written.replace(/\D/gu, "");
  if (digits.length < 4) return undefined;
  return { name: name.replace(/^[*_]+|[*_]+$/gu, "").trim(), digits, rest: rest.trim() };
}
