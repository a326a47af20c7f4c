import type { Harness } from "../harness.ts";
import { vendorIds } from "../../vendors/index.ts";

/** How long after a change a caller rings, in milliseconds: before the app looks for the first call. */
const ringsAfterMs = 9000;

/** What a player needs. */
interface Player {
  stop(): void;
}

/**
 * Lets somebody call each number that the app has given to another agent, so that a visitor sees who answered. Vendors
 * that list no calls have no callers.
 */
export function playCalls({ vendors }: Pick<Harness, "vendors">, afterMs = ringsAfterMs): Player {
  const waiting = new Set<NodeJS.Timeout>();
  const stops = vendorIds.map((id) => {
    const vendor = vendors[id];
    const answering = (): Map<string, string | null> =>
      new Map(vendor.accounts().flatMap(({ numbers }) => numbers.map((one) => [one.id, one.agentId])));
    let known = answering();
    let seen = vendor.requests.length;
    return vendor.listen(() => {
      const fresh = vendor.requests.slice(seen);
      // A request that is still being answered is looked at again when it is.
      if (!fresh.some(({ applied }) => applied)) return;
      seen = vendor.requests.length;
      const now = answering();
      for (const [numberId, agentId] of now)
        if (agentId !== null && known.get(numberId) !== agentId) ring(numberId);
      known = now;
    });
    function ring(numberId: string): void {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        if (id !== "oneinbox" && vendor.number(numberId)) vendor.addCall({ numberId });
      }, afterMs);
      timer.unref();
      waiting.add(timer);
    }
  });
  return {
    stop: () => {
      for (const stop of stops) stop();
      for (const timer of waiting) clearTimeout(timer);
    },
  };
}
