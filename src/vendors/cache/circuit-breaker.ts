import { isProblem, Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import type { Timer } from "../../domain/shared/timer.ts";
import type { Outage, VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { machineTimer } from "../machine-timer.ts";

/** The number of consecutive failures that open the circuit. */
const failuresInARow = 3;
/** The first and the longest pause, in milliseconds. The pause doubles with each failed probe. */
const firstPauseMs = 5000;
const longestPauseMs = 300_000;

/** Codes that mean that the vendor has a problem, not that the request was wrong. */
const troubles: ReadonlySet<ProblemCode> = new Set([
  "vendor_unavailable",
  "vendor_response_unreadable",
  "rate_limited",
]);

/**
 * Adds a circuit breaker to the lists of an account. While they keep failing, requests pause, and then one request at a
 * time probes the vendor. Reading or changing a single number is always tried, once and immediately.
 */
export function withCircuitBreaker(
  account: VendorAccount,
  vendorTitle: string,
  timer: Timer = machineTimer,
): VendorAccount {
  const numbers = circuitBreaker(vendorTitle, timer);
  // One for each list: if a vendor's agents cannot be listed, its numbers still can.
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

/** A circuit breaker that measures its pauses with the monotonic clock. */
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
