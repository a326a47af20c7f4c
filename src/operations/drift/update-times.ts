import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { ObservedNumber } from "./classify-drift.ts";

const dayMs = 86_400_000;
/** From this many numbers on, times of updates that nearly coincide are the vendor's doing. */
const fewest = 3;
/** The most numbers of a check that are read because of their time alone. */
const mostRead = 20;

/**
 * Whether the times of a vendor's updates tell something. Where most numbers were updated within a day, the vendor
 * touches the time at calls or at its own maintenance.
 */
export function areTimesTelling(numbers: readonly PhoneNumber[], now: Date): boolean {
  let [known, recent] = [0, 0];
  for (const { updatedAtMs } of numbers) {
    if (updatedAtMs === undefined) continue;
    known += 1;
    if (updatedAtMs > now.getTime() - dayMs) recent += 1;
  }
  return recent < fewest || recent * 2 <= known;
}

/** Those to read, the latest first, so that times alone do not delay everything else. */
export function latestUpdates(observed: readonly ObservedNumber[]): readonly ObservedNumber[] {
  const timeOf = ({ number: { updatedAtMs = 0 } }: ObservedNumber): number => updatedAtMs;
  return observed.toSorted((a, b) => timeOf(b) - timeOf(a)).slice(0, mostRead);
}
