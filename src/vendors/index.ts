import type { Vendor, VendorId } from "../domain/vendor.ts";
import { cartesia } from "./cartesia.ts";
import { dialnexa } from "./dialnexa.ts";
import { oneinbox } from "./oneinbox.ts";
import { speechify } from "./speechify.ts";

/** The vendor adapters, in the order in which they are shown. */
export const vendors: Record<VendorId, Vendor> = { dialnexa, oneinbox, speechify, cartesia };
