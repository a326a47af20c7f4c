import { onTestFinished } from "vitest";
import type { Change } from "../../src/domain/numbers/change.ts";
import { isProblem, type Problem } from "../../src/domain/problem/problem.ts";
import type { Vendor } from "../../src/domain/vendor/vendor.ts";
import { startVendorSandbox, type AccountSeed } from "../../src/sandbox/vendors/index.ts";
import { skippingTimer } from "../support/clocks.ts";

/** The key that opens the fakes' accounts. */
export const key = "sk_test_8c1f0e7a2b";

/** The Problem that a promise is rejected with. Fails without one. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isProblem(outcome)) throw new Error(`expected a Problem, got ${String(outcome)}`);
  return outcome;
}

/** A fake with one account and an adapter that is connected to it, closed after the test, for what only one vendor does. */
export async function openedSandbox(vendor: Vendor, seeded: Omit<AccountSeed, "key">, timeoutMs = 5000) {
  const sandbox = await startVendorSandbox(vendor.id, { accounts: [{ key, ...seeded }] });
  onTestFinished(async () => sandbox.close());
  const timer = skippingTimer();
  const account = vendor.open({ api_key: key }, { baseUrl: sandbox.url, timeoutMs, timer });
  return {
    sandbox,
    account,
    /** The bodies of the updates that it received. */
    updates: () => sandbox.requests.filter(({ method }) => method === "PATCH").map(({ body }) => body),
    /** Reads the number, plans the change and sends it. */
    change: async (id: string, wanted: Change) =>
      account.patch(id, account.buildPatch(await account.getNumber(id), wanted)),
  };
}
