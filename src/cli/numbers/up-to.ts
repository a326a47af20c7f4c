import { InvalidArgumentError } from "commander";

/** Reads a whole number in a range, for an option. */
export function upTo(most: number, least = 1): (typed: string) => number {
  return (typed) => {
    const count = Number(typed);
    if (/^\d{1,16}$/u.test(typed) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
