import type { Agent, PhoneNumber } from "./phone-number.ts";

/** A list of a vendor account as it was read, whole, and when. */
export interface ReadList<T> {
  readonly items: readonly T[];
  /** When the reading began: the vendor may have changed since. */
  readonly at: Date;
  /** How long the reading took, in milliseconds. */
  readonly tookMs: number;
  /** How many of its records could not be read, and are not in it. */
  readonly unreadable?: number;
}

/** Where one list of one connection outlives the process. Nothing in it is secret. */
export interface CachedList<T> {
  /**
   * What was kept last, each item as `made` makes it, or undefined: nothing, or of another key than the connection has
   * now.
   */
  read(made?: (item: T) => T): Promise<ReadList<T> | undefined>;
  /** Keeps a list in place of the one before. Does nothing where the connection is gone. Throws not_recorded. */
  keep(list: ReadList<T>): Promise<void>;
  /** Notes one item of the kept list as it was seen since. Throws not_recorded. */
  revise(item: T): Promise<void>;
}

/** The copies of a connection's two lists. They go when the connection goes. */
export interface InventoryCache {
  readonly numbers: CachedList<PhoneNumber>;
  readonly agents: CachedList<Agent>;
}
