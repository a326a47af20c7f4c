import { distance } from "fastest-levenshtein";
import { forEachInBatches } from "../../domain/shared/event-loop.ts";

/** The number of characters to compare. Without a limit, a long text takes seconds. */
const longestCompared = 64;
/** The largest distance of a suggestion: the share of characters that would have to change. */
const farthest = 0.6;

/**
 * The few items whose text is most similar to what was typed: those that contain it first, then by edit distance. Long
 * lists are processed in batches.
 */
export async function nearest<T>(
  typed: string,
  among: Iterable<T>,
  text: (item: T) => string,
  most = 3,
): Promise<T[]> {
  const wanted = typed.trim().toLowerCase();
  const found: { readonly item: T; readonly score: number }[] = [];
  await forEachInBatches(among, (item) => {
    const score = scoreOf(wanted, text(item));
    if (score > farthest || score >= (found[most - 1]?.score ?? Number.POSITIVE_INFINITY)) return;
    const place = found.findIndex((other) => other.score > score);
    found.splice(place < 0 ? found.length : place, 0, { item, score });
    if (found.length > most) found.pop();
  });
  return found.slice(0, most).map(({ item }) => item);
}

/** The distance of a text from what was typed: 0 if it contains that, 1 if nothing matches. */
function scoreOf(wanted: string, candidate: string): number {
  const longest = Math.max(wanted.length, candidate.length, 1);
  // The difference in length is a lower bound of the edit distance.
  if (Math.abs(wanted.length - candidate.length) / longest > farthest && wanted.length > candidate.length)
    return 1;
  const lower = candidate.toLowerCase();
  if (wanted !== "" && lower.includes(wanted)) return 0;
  const [one, other] = [wanted.slice(0, longestCompared), lower.slice(0, longestCompared)];
  return distance(one, other) / Math.max(one.length, other.length, 1);
}
