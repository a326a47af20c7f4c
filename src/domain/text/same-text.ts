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

/** Some vendors store `&`, `<`, `>` and quotes as HTML. */
const htmlEscape = /&(?:amp|lt|gt|quot|apos|#0*3[49]|#x0*2[27]);/giu;

const lettersOf = (text: string): string =>
  text
    .replace(htmlEscape, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
