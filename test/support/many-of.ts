import type { VendorId } from "../../src/domain/vendor.ts";
import { demoAccount, type AccountSeed } from "../../src/sandbox/vendors/index.ts";

const ids: Readonly<Record<VendorId, (last: string) => string>> = {
  dialnexa: (last) => `phn_many0000${last}`,
  oneinbox: (last) => `5f0c6b1e-3a52-4d7e-9c41-90000000${last}`,
  speechify: (last) => `phone_01K4VX8D3N7T2QHMZ6R9YB${last}`,
  cartesia: (last) => `pn_Many${last}`,
};

/** A vendor's demo account with so many numbers in place of its own, all with the same agent. */
export function manyNumbersOf(vendor: VendorId, count: number, agentId: string): AccountSeed {
  const numbers = Array.from({ length: count }, (_, at) => {
    const last = String(at).padStart(4, "0");
    return { id: ids[vendor](last), e164: `+1305555${last}`, name: `Line ${at}`, agentId };
  });
  return { ...demoAccount(vendor), numbers };
}
