import {
  readOf,
  type Account,
  type Body,
  type Call,
  type Reply,
  type Stored,
  type VendorFake,
} from "./fake.ts";
import type { Fault } from "./types.ts";

/** Vendor behaviour that is not a fault and that callers have to handle. */
export const quirkKinds = ["lag", "page-cap", "cursor-pages", "fold-blanks", "null-agent"] as const;
export type Quirk = Extract<Fault, { kind: (typeof quirkKinds)[number] }>;

type Lag = Extract<Quirk, { kind: "lag" }>;

/** The call as a vendor with these quirks handles it. */
export function callWith(call: Call, quirks: readonly Quirk[]): Call {
  let taken = call;
  for (const quirk of quirks) {
    if (quirk.kind === "page-cap") taken = { ...taken, pageCap: quirk.max };
    else if (quirk.kind === "cursor-pages") taken = { ...taken, cursorPages: true };
    else if (quirk.kind === "null-agent") taken = { ...taken, nullAgent: quirk.how };
    else if (quirk.kind === "fold-blanks") taken = { ...taken, body: folded(taken.body) };
  }
  return taken;
}

const folded = (body: Body): Body => ("json" in body ? { json: foldedValue(body.json) } : body);

function foldedValue(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/\s+/gu, " ").trim();
  if (Array.isArray(value)) return value.map(foldedValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, foldedValue(part)]));
}

/** Updates that were made but are not visible yet. */
export interface Lags {
  /** Applies an update that becomes visible later. */
  update(call: Call, lag: Lag, fake: VendorFake): Reply;
  /** The account as a read returns it. */
  shown(call: Call): Account | undefined;
  clear(): void;
}

/** For each number that a lagging vendor has changed, stores what it shows meanwhile. */
export function lags(): Lags {
  const before = new Map<string, { readonly stored: Stored; reads: number; readonly until: number }>();
  return {
    update: (call, { reads, ms }, fake) => {
      const id = call.path.at(-1) ?? "";
      const stored = call.account?.numbers.get(id);
      const old = stored && { ...structuredClone(stored) };
      const shown = fake.answer(readOf(fake, call));
      const reply = fake.answer(call);
      if (!old || reply.status >= 300) return reply;
      const until = ms === undefined ? Number.POSITIVE_INFINITY : Date.now() + ms;
      before.set(id, { stored: old, reads: reads ?? Number.POSITIVE_INFINITY, until });
      return shown;
    },
    shown: ({ account, path }) => {
      if (!account || before.size === 0) return account;
      const numbers = new Map(account.numbers);
      for (const [id, lag] of before) {
        const isRead = path.at(-1) === id;
        if (Date.now() >= lag.until || (isRead && lag.reads <= 0)) before.delete(id);
        else if (numbers.has(id)) numbers.set(id, lag.stored);
        if (isRead) lag.reads -= 1;
      }
      return { ...account, numbers };
    },
    clear: () => before.clear(),
  };
}
