/** How long an account pauses after a 429 without a time: longer with each consecutive one. */
export interface GrowingHold {
  /** A request of that method got a 429. */
  refused(method: Method): void;
  /** A request of that method did not get a 429. */
  answered(method: Method): void;
  /** How long to wait after the last 429, in milliseconds. */
  ms(): number;
}

/** A vendor may limit updates while it answers reads, so each method counts separately. */
export type Method = "GET" | "PATCH";

const firstMs = 1000;
const longestMs = 60_000;

/** A pause that doubles with each consecutive 429. */
export function growingHold(): GrowingHold {
  const inARow = { GET: 0, PATCH: 0 };
  return {
    refused: (method) => {
      inARow[method] += 1;
    },
    answered: (method) => {
      inARow[method] = 0;
    },
    ms: () => Math.min(firstMs * 2 ** (Math.max(inARow.GET, inARow.PATCH, 1) - 1), longestMs),
  };
}
