import { distance } from "fastest-levenshtein";
import { forEachInBatches } from "../../domain/event-loop.ts";

/** So many characters are compared; what is alike so far is near enough. Without a limit a long text costs seconds. */
const longestCompared = 64;
/** How far a text may be from what was typed: the part of its characters that would have to be changed. */
const farthest = 0.6;

/**
 * The few things whose text is nearest to what was typed: those that contain it first, then by edit distance. Long lists are
 * gone through in batches.
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

/** How far a text is from what was typed: 0 where it contains it, 1 where nothing is alike. */
function scoreOf(wanted: string, candidate: string): number {
  const longest = Math.max(wanted.length, candidate.length, 1);
  // So much has to be added or taken away at least.
  if (Math.abs(wanted.length - candidate.length) / longest > farthest && wanted.length > candidate.length)
    return 1;
  const lower = candidate.toLowerCase();
  if (wanted !== "" && lower.includes(wanted)) return 0;
  const [one, other] = [wanted.slice(0, longestCompared), lower.slice(0, longestCompared)];
  return distance(one, other) / Math.max(one.length, other.length, 1);
}
