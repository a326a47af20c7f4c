/** A lock that is held. */
export interface Lease {
  readonly key: string;
  /** The process that holds it. */
  readonly holder: string;
  /**
   * Tells this from the other times that the holder has held it. A record is refused once somebody else has the lock.
   */
  readonly fence: number;
  /**
   * How long nobody else can take the lock, in milliseconds. Renewals prolong it; it is not positive once the lock is
   * lost.
   */
  leftMs(): number;
}
