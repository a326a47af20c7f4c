/** How long an account is left alone after a 429 that names no time: longer with each in a row. */
export interface GrowingHold {
  /** A request of that method was refused. */
  refused(method: Method): void;
  /** One of that method was not refused. */
  answered(method: Method): void;
  /** How long to wait after the last refusal, in milliseconds. */
  ms(): number;
}

/** A vendor may refuse updates as too many while it answers reads, so each has a row of its own. */
export type Method = "GET" | "PATCH";

const firstMs = 1000;
const longestMs = 60_000;

/** A hold that doubles with each refusal in a row. */
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
