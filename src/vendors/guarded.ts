import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
} from "cockatiel";
import { isProblem, Problem, type ProblemCode } from "../domain/problem.ts";
import type { VendorAccount } from "../domain/vendor.ts";

/** After how many failures in a row a vendor's lists are left alone for a while. */
const failuresInARow = 3;
/** For how long at first, and at the longest, in milliseconds. */
const pauseMs = { initialDelay: 5000, maxDelay: 300_000 };

/** What says that a vendor is in trouble, rather than that we asked for the wrong thing. */
const troubles: ReadonlySet<ProblemCode> = new Set([
  "vendor_unavailable",
  "vendor_response_unreadable",
  "rate_limited",
]);

/**
 * An account whose lists are left alone for a while when they keep failing, and then probed with one request at a time.
 * What a person asks for by name, a number to read or a change to send, is always tried: once, and at once.
 */
export function guardedAccount(account: VendorAccount, vendorTitle: string): VendorAccount {
  const guard = () =>
    circuitBreaker(
      handleWhen((error) => isProblem(error) && troubles.has(error.code)),
      { halfOpenAfter: new ExponentialBackoff(pauseMs), breaker: new ConsecutiveBreaker(failuresInARow) },
    );
  const numbers = guard();
  // Each list has its own: a vendor whose agents cannot be listed still shows its numbers.
  const agents = guard();
  const guarded = async <T>(breaker: typeof numbers, read: () => Promise<T>): Promise<T> => {
    try {
      return await breaker.execute(read);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      const words = `${vendorTitle} keeps failing, so its lists are asked for less often; not just now.`;
      throw new Problem("vendor_unavailable", words, {}, error);
    }
  };
  return {
    ...account,
    listNumbers: async (signal) => guarded(numbers, async () => account.listNumbers(signal)),
    listAgents: async (signal) => guarded(agents, async () => account.listAgents(signal)),
  };
}
