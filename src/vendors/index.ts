import { cartesia } from "./adapters/cartesia.ts";
import { dialnexa } from "./adapters/dialnexa.ts";
import { elevenlabs } from "./adapters/elevenlabs.ts";
import { oneinbox } from "./adapters/oneinbox.ts";
import { retell } from "./adapters/retell.ts";
import { speechify } from "./adapters/speechify.ts";
import { vapi } from "./adapters/vapi.ts";

/** The vendor adapters, in the order in which they are shown. */
export const vendors = { dialnexa, oneinbox, speechify, cartesia, elevenlabs, retell, vapi };

type ById = Readonly<Record<keyof typeof vendors, true>>;

declare module "../domain/vendor/vendor.ts" {
  // The domain gets its `VendorId` from this list without importing it.
  interface KnownVendors extends ById {}
}

// `Object.keys` promises strings only, because an object may have more keys than its type.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const vendorIds = Object.keys(vendors) as readonly (keyof typeof vendors)[];

type EachVendor<T> = Record<keyof typeof vendors, T>;

/** A value for each vendor. */
export function eachVendor<T>(make: (id: keyof typeof vendors) => T): EachVendor<T> {
  return byVendor(vendorIds.map((id) => make(id)));
}

/** Like `eachVendor`, for values that take their time, all at once. */
export async function eachVendorAtOnce<T>(
  make: (id: keyof typeof vendors) => Promise<T>,
): Promise<EachVendor<T>> {
  return byVendor(await Promise.all(vendorIds.map(async (id) => make(id))));
}

function byVendor<T>(values: readonly T[]): EachVendor<T> {
  // It has a value for every id, which the type of `Object.fromEntries` does not say.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(vendorIds.map((id, at) => [id, values[at]])) as EachVendor<T>;
}
