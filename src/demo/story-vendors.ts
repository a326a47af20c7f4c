import type { VendorId } from "../domain/vendor/vendor.ts";

/** The vendors of the demo's story: its failover plan, its second workspace. Further vendors do not change it. */
export const storyVendors: readonly VendorId[] = ["dialnexa", "oneinbox", "speechify", "cartesia"];
