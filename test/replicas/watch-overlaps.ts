import type { RecordedRequest, VendorSandbox } from "../../src/sandbox/vendors/index.ts";

/** Counts updates of one number that a vendor has at the same time. */
export interface Overlaps {
  /** The most of one number at once, so far. */
  most(): number;
  stop(): void;
}

/** Watches every request of these vendors. */
export function watchOverlaps(vendors: readonly VendorSandbox[]): Overlaps {
  let most = 0;
  const stops = vendors.map((vendor) => {
    let open: RecordedRequest[] = [];
    let seen = vendor.requests.length;
    return vendor.listen(() => {
      open.push(...vendor.requests.slice(seen).filter(({ method }) => method === "PATCH"));
      seen = vendor.requests.length;
      const byNumber = new Map<string, number>();
      for (const { path } of open) byNumber.set(path, (byNumber.get(path) ?? 0) + 1);
      most = Math.max(most, ...byNumber.values());
      open = open.filter(({ status }) => status === undefined);
    });
  });
  return {
    most: () => most,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
