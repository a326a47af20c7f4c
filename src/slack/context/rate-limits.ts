import { Problem } from "../../domain/problem/problem.ts";
import { windowCounter } from "../../operations/shared/fixed-window-counter.ts";
import { LRUCache } from "lru-cache";
import type { SharedCounts } from "../../domain/ports/shared-state.ts";

/** What is rate limited. A change itself never is: nobody should have to wait for us at 03:00. */
export type Limited = "request" | "typeahead" | "connect" | "foreign";

/** The limits per minute for a person and for a workspace: far above what a person can do, below what a script does. */
export const perMinute: Readonly<Record<Limited, { readonly person: number; readonly workspace: number }>> = {
  request: { person: 180, workspace: 900 },
  typeahead: { person: 300, workspace: 1500 },
  // Each attempt sends a request to a vendor with a typed key.
  connect: { person: 20, workspace: 60 },
  // People of other organizations have their own limit, so that they do not use up the workspace's.
  foreign: { person: 180, workspace: 900 },
};

const minuteMs = 60_000;

const words: Readonly<Record<Limited, string>> = {
  request: "requests",
  typeahead: "searches in a menu",
  connect: "tries of a key",
  foreign: "requests",
};

export interface RateLimits {
  /**
   * Counts one request of a person and of their workspace. Throws rate_limited with the time to wait. Only the wrapper
   * around listeners and the event handler call it: limits come before any work or record, including the record of a
   * refusal.
   */
  consume(what: Limited, who: { readonly workspaceId: string; readonly userId: string }): Promise<void>;
}

/** What the limits need: the shared counts, if there are other replicas. */
export interface RateLimitOptions {
  monotonicMs(): number;
  readonly counts?: SharedCounts | undefined;
  /** Called if the shared counts cannot be used. */
  failed?(error: unknown): void;
}

/**
 * Limits what comes in. Each replica counts for itself, and those with shared counts also count together. What a
 * replica refuses by itself costs no query; without the database, each replica has the whole limit.
 */
export function rateLimits({ monotonicMs, counts, failed }: RateLimitOptions): RateLimits {
  const counters = (what: Limited) => ({
    person: windowCounter(perMinute[what].person, minuteMs, monotonicMs),
    workspace: windowCounter(perMinute[what].workspace, minuteMs, monotonicMs),
  });
  const all = {
    request: counters("request"),
    typeahead: counters("typeahead"),
    connect: counters("connect"),
    foreign: counters("foreign"),
  };
  /** Until when the replicas together refuse a key. */
  const refused = refusals(monotonicMs);
  return {
    async consume(what, { workspaceId, userId }) {
      const { person, workspace } = all[what];
      const ofPerson = `${workspaceId}/${what}/${userId}`;
      const ofWorkspace = `${workspaceId}/${what}`;
      refuse(what, "person", person.add(ofPerson) ?? refused.leftMs(ofPerson));
      refuse(what, "workspace", workspace.add(ofWorkspace) ?? refused.leftMs(ofWorkspace));
      if (!counts) return;
      const most = perMinute[what];
      const limits = [
        { key: `${what}/${userId}`, most: most.person, windowMs: minuteMs },
        { key: what, most: most.workspace, windowMs: minuteMs },
      ];
      const [personMs, workspaceMs] = await counts.add(workspaceId, limits).catch((error: unknown) => {
        failed?.(error);
        return [];
      });
      refused.note(ofPerson, personMs);
      refused.note(ofWorkspace, workspaceMs);
      refuse(what, "person", personMs);
      refuse(what, "workspace", workspaceMs);
    },
  };
}

function refuse(what: Limited, whose: "person" | "workspace", retryAfterMs: number | undefined): void {
  if (retryAfterMs === undefined) return;
  const who = whose === "person" ? "You have" : "Your workspace has";
  const message = `${who} sent ${perMinute[what][whose]} ${words[what]} within a minute.`;
  throw new Problem("rate_limited", message, { retryAfterMs });
}

const mostRefused = 5_000;

/** Keys that are refused for some time. */
function refusals(monotonicMs: () => number) {
  const until = new LRUCache<string, number>({ max: mostRefused });
  return {
    note: (key: string, forMs: number | undefined): void => {
      if (forMs !== undefined) until.set(key, monotonicMs() + forMs);
    },
    leftMs: (key: string): number | undefined => {
      const left = (until.get(key) ?? Number.NEGATIVE_INFINITY) - monotonicMs();
      return left > 0 ? Math.ceil(left) : undefined;
    },
  };
}
