import type { Log } from "../../../domain/ports/log.ts";
import {
  leaseMs,
  type ClaimOptions,
  type WorkClaim,
  type WorkItem,
  type WorkKind,
  type WorkQueue,
} from "../../../domain/ports/work-queue.ts";

/** How often claims are renewed, in milliseconds. */
const renewEveryMs = leaseMs / 3;

/** Time for leases. */
export interface LeaseTimer {
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Repeats something until the returned function is called. */
  every(ms: number, run: () => void): () => void;
}

/** A piece of work that this process holds. */
export interface HeldWork {
  readonly claim: WorkClaim;
  /**
   * How much longer no other server takes it, in milliseconds; not positive once another one may have. Counted by this
   * process from before it asked for the claim, so it is never too long. Without other servers, as long as it takes.
   */
  leftMs(): number;
}

/** The claims that this process holds and renews. */
export interface WorkLeases {
  /** Claims due work, without what this process is doing already. */
  claim(kind: WorkKind, options: Pick<ClaimOptions, "limit" | "perLane">): Promise<readonly HeldWork[]>;
  /** Takes up work that this process has scheduled for itself; undefined if another one has it now. */
  own(item: WorkItem): Promise<HeldWork | undefined>;
  /** Renews the claim of this work no more. */
  release(held: HeldWork): void;
}

/** The claims of one kind of work. They are renewed while there are any. */
export function workLeases({
  queue,
  log,
  timer,
}: {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: LeaseTimer;
}): WorkLeases {
  const { monotonicMs, every } = timer;
  const untilMs = new Map<string, { readonly held: HeldWork; until: number }>();
  let stopRenewing: (() => void) | undefined;

  const renew = async (): Promise<void> => {
    const leases = [...untilMs.values()];
    const askedMs = monotonicMs();
    try {
      const kept = new Set(
        (
          await queue.renew(
            leases.map(({ held }) => held.claim),
            leaseMs,
          )
        ).map(nameOf),
      );
      for (const lease of leases)
        lease.until = kept.has(nameOf(lease.held.claim)) ? askedMs + leaseMs : askedMs;
    } catch (err) {
      log.warn({ err }, "claims not renewed");
    }
  };
  const hold = (claim: WorkClaim, until: number): HeldWork => {
    const leftMs = (): number => (queue.isShared ? lease.until - monotonicMs() : Number.POSITIVE_INFINITY);
    const held: HeldWork = { claim, leftMs };
    const lease = { held, until };
    untilMs.set(nameOf(claim), lease);
    if (queue.isShared) stopRenewing ??= every(renewEveryMs, () => void renew());
    return held;
  };
  return {
    claim: async (kind, options) => {
      const askedMs = monotonicMs();
      const claims = await queue.claim(kind, { ...options, leaseMs });
      return claims.flatMap((claim) => {
        const lease = untilMs.get(nameOf(claim));
        if (!lease) return hold(claim, askedMs + leaseMs);
        // Its claim had expired, and no other server had taken it: the work continues.
        lease.until = askedMs + leaseMs;
        return [];
      });
    },
    own: async (item) => {
      const askedMs = monotonicMs();
      if (untilMs.has(nameOf(item))) return undefined;
      const claim = await queue.own(item, leaseMs);
      return claim && hold(claim, askedMs + leaseMs);
    },
    release: ({ claim }) => {
      untilMs.delete(nameOf(claim));
      if (untilMs.size > 0) return;
      stopRenewing?.();
      stopRenewing = undefined;
    },
  };
}

/** Throws an error if another server may do this work by now: only that one notifies people then. */
export function assertHeld(held: HeldWork): void {
  if (held.leftMs() <= 0) throw new Error("the claim on this work is over");
}

/** The name of an item among those of its kind. */
export const nameOf = ({ workspaceId, itemId }: WorkItem): string => `${workspaceId}/${itemId}`;
