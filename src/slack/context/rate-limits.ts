import { Problem } from "../../domain/problem/problem.ts";
import { windowCounter, type WindowCounter } from "./fixed-window-counter.ts";

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
  consume(what: Limited, who: { readonly workspaceId: string; readonly userId: string }): void;
}

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
