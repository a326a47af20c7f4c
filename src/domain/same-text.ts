/** A cut text counts as the same only from so many letters and digits on: "A" is no cut "Alarm line". */
const shortestCut = 12;

/**
 * Whether a vendor shows a text that it was given in its own way: with blanks, case, marks or symbols folded, or cut to
 * its own longest length.
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
