import { expect, it } from "vitest";
import { demoAccount, startVendorSandbox, vendorSandboxIds } from "../../../src/sandbox/vendors/index.ts";

const at = Date.parse("2031-05-01T10:00:00.000Z");

it.each(vendorSandboxIds)(
  "sets the time of an update at %s by the clock that it is given",
  async (vendor) => {
    const account = demoAccount(vendor);
    const sandbox = await startVendorSandbox(vendor, { accounts: [account], now: () => at });
    const id = account.numbers[0]?.id ?? "";
    const timesOf = () =>
      JSON.stringify(sandbox.number(id)).match(/2031-05-01T10:00:00.000Z|1935396000000/gu);
    expect(timesOf()).toBeNull();
    const times = Object.keys(sandbox.number(id) ?? {}).filter((field) =>
      /updated|modification/iu.test(field),
    );
    sandbox.editNumber(id, { name: "Another name" });
    expect(timesOf() ?? []).toHaveLength(times.length);
    await sandbox.close();
  },
);
