import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";

/** The clocks of a store, and its ids. `monotonicMs` follows `now` unless given. */
export interface StoreSources {
  readonly now: () => Date;
  readonly monotonicMs?: () => number;
  readonly newId: (prefix: string) => string;
  readonly replicaId?: string;
}

/** A clock that advances by one second with each call, and ids that count. */
export function testSources(start = "2026-03-01T00:00:00.000Z"): StoreSources {
  let time = Date.parse(start);
  let count = 0;
  return {
    now: () => {
      time += 1_000;
      return new Date(time);
    },
    newId: (prefix) => `${prefix}_${(count += 1)}_${start}`,
  };
}

/** A clock that stands still until it is advanced, and ids that count. */
export function manualSources(start = "2026-03-01T00:00:00.000Z") {
  let time = Date.parse(start);
  let count = 0;
  const sources: StoreSources = {
    now: () => new Date(time),
    monotonicMs: () => time,
    newId: (prefix) => `${prefix}_${(count += 1)}`,
  };
  return { sources, advance: (ms: number) => void (time += ms) };
}

/** The entry of a requested change with ids made from `n`, on the number `num_1` unless `more` names another. */
export function requested(n: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: "change.requested",
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: `req_${n}`,
    changeId: `chg_${n}`,
    change: "reassign",
    number: { connectionId: "con_1", numberId: "num_1", e164: "+14155550100", name: "Main line" },
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
    ...more,
  };
}

/** The entry of an outcome of the change `requested(n)`. */
export function outcome(n: number, how: "applied" | "refused" | "unknown"): AuditEvent {
  return requested(n, { kind: "change.outcome", outcome: how, durationMs: 12.5, vendorStatus: 200 });
}
