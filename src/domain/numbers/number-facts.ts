/**
 * What a vendor says about a number besides what answers it, to show on its card. Adapters fill it from named fields of a
 * single number. It is in no list, snapshot or entry.
 */
export interface NumberFacts {
  /** The carrier or where the number comes from, in the vendor's words. */
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly capabilities?: readonly string[] | undefined;
  readonly country?: string | undefined;
  /** With its currency: `$1.15`. */
  readonly monthlyCost?: string | undefined;
  readonly status?: string | undefined;
  readonly trunk?: string | undefined;
  readonly createdAt?: Date | undefined;
  readonly updatedAt?: Date | undefined;
}
