import type { VendorId } from "../../types.ts";

/** The vendors' titles, in display order. */
export const vendorTitles: Readonly<Record<VendorId, string>> = {
  dialnexa: "DialNexa",
  oneinbox: "OneInbox",
  speechify: "Speechify",
  cartesia: "Cartesia",
};

/** The vendors, in that order. */
export const vendorList: readonly VendorId[] = ["dialnexa", "oneinbox", "speechify", "cartesia"];
