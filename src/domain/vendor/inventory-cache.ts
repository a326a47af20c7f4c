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

/** A stored list, and how often it was changed. */
export interface VersionedList<T> extends ReadList<T> {
  readonly version: number;
}

/** A stored copy of one list of one connection, shared by all replicas. It survives restarts and has no secrets. */
export interface CachedList<T> {
  /**
   * The stored list, with each item transformed by `made`. Undefined if there is none, or if the connection has a new
   * key.
   */
  read(made?: (item: T) => T): Promise<VersionedList<T> | undefined>;
  /** The version of the stored list; 0 if there is none. */
  version(): Promise<number>;
  /**
   * Stores a list in place of the previous one, but for items that were updated after the version `since`, which the
   * list may be too old to show. Returns the new version, or undefined if the connection no longer exists. Throws
   * not_recorded.
   */
  keep(list: ReadList<T>, since?: number): Promise<number | undefined>;
  /** Updates one item of the stored list. Returns the new version, or undefined if there is no list. Throws not_recorded. */
  revise(item: T): Promise<number | undefined>;
}

/** The copies of a connection's two lists. They are removed with the connection. */
export interface InventoryCache {
  readonly numbers: CachedList<PhoneNumber>;
  readonly agents: CachedList<Agent>;
}
