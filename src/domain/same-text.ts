/**
 * A shortened text only counts as the same from this many letters and digits on: "A" is not a shortened "Alarm line".
 */
const shortestCut = 12;

/**
 * Whether a text that a vendor shows is the one it was given, in the vendor's own form: blanks, case, accents or
 * symbols may be normalized, and the text may be cut to the vendor's maximum length.
 */
export function isVendorsForm(given: string, shown: string): boolean {
  const [from, to] = [lettersOf(given), lettersOf(shown)];
  return to !== "" && (from === to || (to.length >= shortestCut && from.startsWith(to)));
}

const lettersOf = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
