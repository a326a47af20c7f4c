import { Problem } from "../../domain/problem.ts";
import { windowCounter, type WindowCounter } from "./fixed-window-counter.ts";

/** What may be asked for only so often. A change itself is never among it: nobody is to wait for us at 03:00. */
export type Limited = "request" | "typeahead" | "connect" | "foreign";

/** How many in a minute: for one person, and for a whole workspace. Far above what hands can do, below what a script does. */
export const perMinute: Readonly<Record<Limited, { readonly person: number; readonly workspace: number }>> = {
  request: { person: 180, workspace: 900 },
  typeahead: { person: 300, workspace: 1500 },
  // Each try is a request to a vendor with a key that somebody typed.
  connect: { person: 20, workspace: 60 },
  // People of other organisations, apart, so that they use up nothing of the workspace's own.
  foreign: { person: 180, workspace: 900 },
};

const minuteMs = 60_000;

const words: Readonly<Record<Limited, string>> = {
  request: "requests",
  typeahead: "searches in a menu",
  connect: "tries of a key",
  foreign: "requests",
};

/** Counts requests. */
export interface RateLimits {
  /**
   * Counts one request of a person and of their workspace. Throws rate_limited, with how long to wait. For the wrapper
   * around listeners and for events alone: limits come before anything is done or written down, a refusal too.
   */
  consume(what: Limited, who: { readonly workspaceId: string; readonly userId: string }): void;
}

/** Counters that begin at nothing. */
export function rateLimits(monotonicMs: () => number): RateLimits {
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
  return {
    consume(what, { workspaceId, userId }) {
      const { person, workspace } = all[what];
      const most = perMinute[what];
      count(
        person,
        `${workspaceId}/${userId}`,
        `You have sent ${most.person} ${words[what]} within a minute.`,
      );
      count(
        workspace,
        workspaceId,
        `Your workspace has sent ${most.workspace} ${words[what]} within a minute.`,
      );
    },
  };
}

function count(counter: WindowCounter, key: string, message: string): void {
  const retryAfterMs = counter.add(key);
  if (retryAfterMs !== undefined) throw new Problem("rate_limited", message, { retryAfterMs });
}
