import type { PhoneNumber } from "../../domain/phone-number.ts";

/** The numbers of one list in the order in which people see them, with the texts in which all of them are searched. */
export interface NumberIndex {
  readonly numbers: readonly PhoneNumber[];
  readonly names: Column;
  readonly e164s: Column;
  readonly ids: Column;
  /** Which numbers an agent answers, by the agent's id. */
  readonly byAgent: ReadonlyMap<string, readonly number[]>;
  /** Where each number of the list, as it came from the vendor, is in this order. */
  readonly places: Uint32Array;
}

/** Texts of a thousand lines each, one after the other, each line a number's. */
export type Column = readonly Part[];

/** One text with a line for each number, in lower case: searched at once, several times as quickly as line by line. */
export interface Part {
  readonly text: string;
  /** Where each line begins, and where one after the last would. */
  readonly starts: Uint32Array;
}

/** The indexes of the lists that this process has; an index is forgotten with its list. */
export interface NumberIndexes {
  /**
   * The index of a list, made once for each, in batches. `before` is the same connection's list of earlier: numbers that are
   * called as they were keep their places, so that a list in which little has changed costs little.
   */
  of(list: readonly PhoneNumber[], before: readonly PhoneNumber[] | undefined): Promise<NumberIndex>;
  /** The index of the newest list of a source, made from that of the one before it. */
  ofNewest(source: object, list: readonly PhoneNumber[]): Promise<NumberIndex>;
}
