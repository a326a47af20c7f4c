import { distance } from "fastest-levenshtein";

/** The few things whose text is nearest to what was typed: those that contain it first, then by edit distance. */
export function nearest<T>(typed: string, among: readonly T[], text: (item: T) => string, most = 3): T[] {
  const wanted = typed.trim().toLowerCase();
  return among
    .map((item) => {
      const candidate = text(item).toLowerCase();
      const contains = wanted !== "" && candidate.includes(wanted);
      return {
        item,
        score: contains ? 0 : distance(wanted, candidate) / Math.max(wanted.length, candidate.length, 1),
      };
    })
    .filter(({ score }) => score <= 0.6)
    .toSorted((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ item }) => item);
}
