import { Problem } from "../../domain/problem.ts";
import type { RequestContext } from "./request-context.ts";
import type { SlackDeps } from "./services.ts";
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

interface Buckets {
  readonly person: WindowCounter;
  readonly workspace: WindowCounter;
}

const known = new WeakMap<SlackDeps, Record<Limited, Buckets>>();

/**
 * Counts one request of a person and of their workspace. Throws rate_limited, with how long to wait. For the wrapper
 * around listeners and for events alone: limits come before anything is done or written down, a refusal too.
 */
export function consumeRateLimit({ deps, ctx, conversation }: RequestContext, what: Limited): void {
  const all = known.get(deps) ?? {
    request: buckets(deps, "request"),
    typeahead: buckets(deps, "typeahead"),
    connect: buckets(deps, "connect"),
    foreign: buckets(deps, "foreign"),
  };
  known.set(deps, all);
  const { person, workspace } = all[what];
  const key = ctx.workspace.id;
  count(
    person,
    `${key}/${conversation.userId}`,
    `You have sent ${perMinute[what].person} ${words[what]} within a minute.`,
  );
  count(
    workspace,
    key,
    `Your workspace has sent ${perMinute[what].workspace} ${words[what]} within a minute.`,
  );
}

function buckets({ monotonicMs }: SlackDeps, what: Limited): Buckets {
  const counter = (most: number) => windowCounter(most, minuteMs, monotonicMs);
  return { person: counter(perMinute[what].person), workspace: counter(perMinute[what].workspace) };
}

function count(counter: WindowCounter, key: string, message: string): void {
  const retryAfterMs = counter.add(key);
  if (retryAfterMs !== undefined) throw new Problem("rate_limited", message, { retryAfterMs });
}
