import { expect, it } from "vitest";
import { demoAccount, startVendorSandbox, vendorSandboxIds } from "../../../src/sandbox/vendors/index.ts";

it.each(vendorSandboxIds)(
  "shows every account of %s with the agents that answer its numbers",
  async (vendor) => {
    const seed = demoAccount(vendor);
    const sandbox = await startVendorSandbox(vendor, { accounts: [seed] });
    const [account] = sandbox.accounts();
    expect(account?.key).toBe(seed.key);
    expect(account?.agents.map(({ id }) => id)).toEqual(seed.agents.map(({ id }) => id));
    expect(account?.numbers.map(({ id }) => id)).toEqual(seed.numbers.map(({ id }) => id));
    for (const number of account?.numbers ?? []) {
      expect(number).toMatchObject(sandbox.effective(number.id));
      expect(Object.values(number.shown)).toContain(number.id);
    }
    await sandbox.close();
  },
);

it("gives no two numbers the same last four digits, so that these name one number in the demo", () => {
  const numbers = vendorSandboxIds.flatMap((vendor) => demoAccount(vendor).numbers);
  const endings = numbers.map(({ e164 }) => e164.slice(-4));
  expect(endings.length).toBeGreaterThan(vendorSandboxIds.length);
  expect(new Set(endings).size).toBe(endings.length);
});

it("notifies listeners of requests with their responses, and of changes made elsewhere", async () => {
  const seed = demoAccount("cartesia");
  const sandbox = await startVendorSandbox("cartesia", { accounts: [seed] });
  let changes = 0;
  const leave = sandbox.listen(() => (changes += 1));
  await fetch(`${sandbox.url}/agents`, { headers: { authorization: "Bearer nobody" } });
  expect(changes).toBeGreaterThanOrEqual(1);
  expect(sandbox.requests).toMatchObject([{ status: 401, answer: expect.anything() }]);
  const before = changes;
  sandbox.changeNumber(seed.numbers[0]?.id ?? "", { label: "Another" });
  expect(changes).toBe(before + 1);
  leave();
  sandbox.deleteAgent(seed.agents[0]?.id ?? "");
  expect(changes).toBe(before + 1);
  await sandbox.close();
});

it("gives each number of the demo accounts other last digits, so that people can type them", () => {
  const digits = vendorSandboxIds.flatMap((vendor) =>
    demoAccount(vendor).numbers.flatMap(({ e164 }) => (e164 ? [e164.slice(-4)] : [])),
  );
  expect(digits.filter((one, at) => digits.indexOf(one) !== at)).toEqual([]);
});
