import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";

/** The numbers of one list in display order, with the texts for searching them. */
export interface NumberIndex {
  readonly numbers: readonly PhoneNumber[];
  readonly names: Column;
  readonly e164s: Column;
  readonly ids: Column;
  /** The places of the numbers that each agent answers, by the agent's id. */
  readonly byAgent: ReadonlyMap<string, readonly number[]>;
  /** For each number in the vendor's order, its place in display order. */
  readonly places: Uint32Array;
}

/** Texts of a thousand lines each, with one line for each number. */
export type Column = readonly Part[];

/**
 * A text with one line for each number, in lower case. Searching it at once is several times faster than line by line.
 */
export interface Part {
  readonly text: string;
  /** The start of each line, and where a line after the last would start. */
  readonly starts: Uint32Array;
}

/** The indexes of this process's lists. An index is garbage-collected with its list. */
export interface NumberIndexes {
  /**
   * The index of a list, built once and in batches. `before` is the connection's previous list: numbers with unchanged
   * labels keep their places, so a list with few changes is cheap.
   */
  of(list: readonly PhoneNumber[], before: readonly PhoneNumber[] | undefined): Promise<NumberIndex>;
  /** The index of the newest list of a source, built from the previous one. */
  ofNewest(source: object, list: readonly PhoneNumber[]): Promise<NumberIndex>;
}
