import { isProblem, Problem, type ProblemCode } from "../../domain/problem.ts";
import type { Timer } from "../../domain/timer.ts";
import type { Outage, VendorAccount } from "../../domain/vendor.ts";
import { machineTimer } from "../machine-timer.ts";

/** After how many failures in a row a vendor's lists are left alone for a while. */
const failuresInARow = 3;
/** For how long at first, and at the longest, in milliseconds; it doubles with every probe that fails. */
const firstPauseMs = 5000;
const longestPauseMs = 300_000;

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
export function withCircuitBreaker(
  account: VendorAccount,
  vendorTitle: string,
  timer: Timer = machineTimer,
): VendorAccount {
  const numbers = circuitBreaker(vendorTitle, timer);
  // Each list has its own: a vendor whose agents cannot be listed still shows its numbers.
  const agents = circuitBreaker(vendorTitle, timer);
  return {
    ...account,
    listNumbers: async (...asked) => numbers.run(async () => account.listNumbers(...asked)),
    listAgents: async (...asked) => agents.run(async () => account.listAgents(...asked)),
    outage: () => numbers.trouble() ?? agents.trouble(),
  };
}

interface CircuitBreaker {
  run<T>(read: () => Promise<T>): Promise<T>;
  trouble(): Outage | undefined;
}

/** A circuit breaker whose pauses are measured by a clock that nobody can set. */
function circuitBreaker(vendorTitle: string, timer: Timer): CircuitBreaker {
  let failures = 0;
  let since: Date | undefined;
  let pausedUntil: number | undefined;
  let probing = false;

  const failed = (): void => {
    since ??= timer.now();
    failures += 1;
    if (failures < failuresInARow) return;
    const pauseMs = Math.min(firstPauseMs * 2 ** (failures - failuresInARow), longestPauseMs);
    pausedUntil = timer.monotonicMs() + pauseMs;
  };
  const worked = (): void => {
    failures = 0;
    since = undefined;
    pausedUntil = undefined;
  };
  return {
    run: async (read) => {
      const isProbe = pausedUntil !== undefined;
      if (isProbe && (probing || timer.monotonicMs() < (pausedUntil ?? 0))) {
        const words = `${vendorTitle} keeps failing, so Patchbay reads its lists less often and skipped this one.`;
        throw new Problem("vendor_unavailable", words);
      }
      probing ||= isProbe;
      try {
        const answer = await read();
        worked();
        return answer;
      } catch (error) {
        if (isProblem(error) && troubles.has(error.code)) failed();
        else worked();
        throw error;
      } finally {
        if (isProbe) probing = false;
      }
    },
    trouble: () => {
      if (!since || pausedUntil === undefined) return undefined;
      const until = timer.now().getTime() + pausedUntil - timer.monotonicMs();
      return { since, until: new Date(until) };
    },
  };
}
