/** A lock that is held. */
export interface Lease {
  readonly key: string;
  /** Tells this holder from all others. A record is refused once somebody else has the lock. */
  readonly fence: number;
  /**
   * How long nobody else can take the lock, in milliseconds. Renewals prolong it; it is not positive once the lock is
   * lost.
   */
  leftMs(): number;
}
