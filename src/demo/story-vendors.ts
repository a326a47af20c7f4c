import { vendorIds } from "../vendors/index.ts";

/** The vendors of the demo's story: its failover plan, its second workspace. Further vendors do not change it. */
export const storyVendors = vendorIds.slice(0, 4);
