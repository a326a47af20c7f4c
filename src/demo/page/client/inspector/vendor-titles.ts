import type { Bootstrap, VendorId } from "../../types.ts";

/** A vendor's title. */
export function vendorTitle({ vendors }: Bootstrap, vendor: VendorId): string {
  return vendors.find(({ id }) => id === vendor)?.title ?? vendor;
}
