import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  type IBackoffFactory,
} from "cockatiel";
import { isProblem, Problem, type ProblemCode } from "../domain/problem.ts";
import type { Trouble, VendorAccount } from "../domain/vendor.ts";

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
  const numbers = listGuard(vendorTitle);
  // Each list has its own: a vendor whose agents cannot be listed still shows its numbers.
  const agents = listGuard(vendorTitle);
  return {
    ...account,
    listNumbers: async (signal, maxAgeMs, made) =>
      numbers.run(async () => account.listNumbers(signal, maxAgeMs, made)),
    listAgents: async (signal) => agents.run(async () => account.listAgents(signal)),
    trouble: () => numbers.trouble() ?? agents.trouble(),
  };
}

interface ListGuard {
  run<T>(read: () => Promise<T>): Promise<T>;
  trouble(): Trouble | undefined;
}

function listGuard(vendorTitle: string): ListGuard {
  let since: Date | undefined;
  let until = new Date(0);
  const breaker = circuitBreaker(
    handleWhen((error) => isProblem(error) && troubles.has(error.code)),
    {
      halfOpenAfter: noted(new ExponentialBackoff(pauseMs), (ms) => (until = new Date(Date.now() + ms))),
      breaker: new ConsecutiveBreaker(failuresInARow),
    },
  );
  breaker.onFailure(({ handled }) => (since = handled ? (since ?? new Date()) : undefined));
  breaker.onSuccess(() => (since = undefined));
  return {
    run: async (read) => {
      try {
        return await breaker.execute(read);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        const words = `${vendorTitle} keeps failing, so its lists are asked for less often; not just now.`;
        throw new Problem("vendor_unavailable", words, {}, error);
      }
    },
    trouble: () => {
      const open = breaker.state === CircuitState.Open || breaker.state === CircuitState.HalfOpen;
      return open && since ? { since, until } : undefined;
    },
  };
}

/** The library does not say how long a pause is: here it is heard when it is chosen. */
function noted<T>(pauses: IBackoffFactory<T>, note: (ms: number) => void): IBackoffFactory<T> {
  return {
    next: (context) => {
      const pause = pauses.next(context);
      note(pause.duration);
      return { duration: pause.duration, next: noted(pause, note).next };
    },
  };
}
