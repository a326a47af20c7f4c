import { expect, it } from "vitest";
import { vendorId } from "../../src/domain/vendor/vendor.ts";
import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import { vendorAccounts } from "../../src/vendors/accounts.ts";
import { eachVendor, vendorIds } from "../../src/vendors/index.ts";
import { machineTimer } from "../../src/vendors/machine-timer.ts";

const nowhere = "http://127.0.0.1:9";

/** Runs a step that never ends, so that the account has room for one less. */
function occupy(account: VendorAccount): void {
  const never = async (): Promise<never> => new Promise(() => undefined);
  void account.inTurn(never, { longestMs: 0 });
}

// B1
it("shares one limit between connections with the same key, and gives others their own", async () => {
  const accounts = vendorAccounts({
    baseUrls: eachVendor(() => nowhere),
    timeoutMs: 100,
    timer: machineTimer,
    now: () => Date.now(),
    onRefreshFailed: () => undefined,
  });
  const open = (id: string, key: string): VendorAccount =>
    accounts.open({ id, vendor: "speechify", fingerprint: key }, { api_key: key });
  for (let taken = 0; taken < 20; taken += 1) occupy(open("con_1", "the same key"));
  const ran: string[] = [];
  void open("con_2", "the same key").inTurn(async () => void ran.push("same"), { longestMs: 0 });
  await open("con_3", "another key").inTurn(async () => void ran.push("other"), { longestMs: 0 });
  expect(ran).toEqual(["other"]);
});

it("refuses a vendor that it has no adapter for", () => {
  const accounts = vendorAccounts({
    baseUrls: eachVendor(() => nowhere),
    timeoutMs: 100,
    now: () => Date.now(),
    onRefreshFailed: () => undefined,
  });
  expect(accounts.vendors.map(({ id }) => id)).toEqual(vendorIds);
  for (const id of ["acme", "constructor", "__proto__"])
    expect(() =>
      accounts.vendor(vendorId.parse(id)).open({}, { baseUrl: "http://127.0.0.1:9", timeoutMs: 1 }),
    ).toThrow(`does not support the vendor "${id}"`);
});
