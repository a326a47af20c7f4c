import { plural } from "../text/plural.ts";
import { formatDuration } from "../shared/duration.ts";

/** A tier as people read it: its name, how many numbers it has, and what happens before the next one. */
export interface TierWords {
  readonly name: string;
  readonly count: number;
  readonly waitsForCall?: boolean | undefined;
  readonly asks?: boolean | undefined;
}

/** In which order numbers are switched: `4 numbers first (canary), then it stops and asks you; then the other 36 (rest)`. */
export function tiersText(all: readonly TierWords[]): string {
  // A tier of which nothing is switched is passed over.
  const tiers = all.filter(({ count }) => count > 0);
  if (tiers.length === 0) return "0 numbers";
  const parts = tiers.map((tier, index) => {
    const { name, count } = tier;
    if (tiers.length === 1) return `${plural(count, "number")} (${name})`;
    if (index === 0) return `${plural(count, "number")} first (${name})${gateText(tier)}`;
    const others = index === tiers.length - 1 ? "the other " : "";
    return `then ${others}${count} (${name})${gateText(tier)}`;
  });
  return parts.join("; ");
}

function gateText({ waitsForCall = false, asks = false }: TierWords): string {
  if (waitsForCall) return `, then it waits for a first call${asks ? " and asks you" : ""}`;
  return asks ? ", then it stops and asks you" : "";
}

/** Shorter times depend more on the vendor's answers than on its limit. */
const shortMs = 10_000;

/** How long a run takes, as a clause. */
export function takesText(ms: number): string {
  return `takes ${ms < shortMs ? "a few seconds" : `about ${formatDuration(ms)}`} at the vendors' rate limits`;
}
