import type { Agent, PhoneNumber } from "../numbers/phone-number.ts";

/** A complete list from a vendor account, and when it was read. */
export interface ReadList<T> {
  readonly items: readonly T[];
  /** When reading began. The vendor's data may have changed since. */
  readonly at: Date;
  /** How long reading took, in milliseconds. */
  readonly tookMs: number;
  /** The number of records that could not be read and are missing. */
  readonly unreadable?: number;
}

/** A stored copy of one list of one connection, which survives restarts. It contains no secrets. */
export interface CachedList<T> {
  /**
   * The stored list, with each item transformed by `made`. Undefined if there is none, or if the connection has a new
   * key.
   */
  read(made?: (item: T) => T): Promise<ReadList<T> | undefined>;
  /**
   * Stores a list in place of the previous one. Does nothing if the connection no longer exists. Throws not_recorded.
   */
  keep(list: ReadList<T>): Promise<void>;
  /** Updates one item of the stored list. Throws not_recorded. */
  revise(item: T): Promise<void>;
}

/** The copies of a connection's two lists. They are removed with the connection. */
export interface InventoryCache {
  readonly numbers: CachedList<PhoneNumber>;
  readonly agents: CachedList<Agent>;
}
