import { changeKinds } from "../../src/domain/numbers/change.ts";
import type { ChangeDetails } from "../../src/domain/audit/change-details.ts";
import type { ChangeRecord } from "../../src/domain/audit/audit-log.ts";
import { allPermissions } from "../../src/domain/access/authorization.ts";
import type { Agent, PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import { Problem } from "../../src/domain/problem/problem.ts";
import type { Store } from "../../src/domain/ports/store.ts";
import type { Vendor } from "../../src/domain/vendor/vendor.ts";
import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import type { Context } from "../../src/operations/shared/context.ts";
import { processLocks } from "../../src/domain/ports/locks.ts";
import { numberIndexes } from "../../src/operations/numbers/number-index.ts";
import { noTracer } from "../../src/domain/ports/tracer.ts";
import type { RunnerTimer } from "../../src/operations/shared/work/work-runner.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/store/crypto/seal.ts";
import { sqliteStore } from "../../src/sqlite/store.ts";
import { vendors } from "../../src/vendors/index.ts";

/** Operations on a real store in memory, one fake vendor account, and a clock of their own. */
export interface World {
  readonly ctx: Context;
  readonly store: Store;
  /** What the vendor shows; undefined makes it unreadable. */
  shown: PhoneNumber | undefined;
  /** What its list of numbers shows, where that is another. */
  listed: readonly PhoneNumber[] | undefined;
  /** The agents that it lists; undefined when it does not. */
  agents: readonly Agent[] | undefined;
  /** Those of them that the list has; all unless set. */
  listedAgents?: readonly Agent[];
  readonly log: { readonly level: string; readonly message: string }[];
  /** Changes that were handed on because nobody knows how they ended. */
  readonly handedOn: string[];
  now(): Date;
  /** Moves the clock on, in milliseconds, running what is due. */
  pass(ms: number): Promise<void>;
  /** Sets the machine's clock wrong by so many milliseconds; how much time passes stays what it is. */
  setClock(wrongByMs: number): void;
  /** Timers of this clock. */
  readonly timer: RunnerTimer;
  /** Writes a change of the number's agent on record, as if its answer had been lost. */
  record(changeId: string, from: string, to: string, details?: ChangeDetails): Promise<ChangeRecord>;
}

export const worldNumber: PhoneNumber = {
  id: "pn_1",
  e164: "+14155550100",
  name: "Main line",
  agent: { id: "agent_a" },
  fields: {},
};

/** A world with one connection to a Cartesia account that has one number, answered by agent_a. */
export async function startWorld(): Promise<World> {
  let clock = Date.UTC(2026, 0, 1, 3);
  let wrongByMs = 0;
  let made = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const after: RunnerTimer["after"] = (ms, run) => {
    const timer = { at: clock + ms, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const now = (): Date => new Date(clock + wrongByMs);
  const newId = (prefix: string): string => `${prefix}_${(made += 1)}`;
  const seal = credentialSeal([{ id: "k", key: new Uint8Array(32) }]);
  const store = sqliteStore(openDatabase(":memory:"), seal, { now, newId });
  const workspace = store.workspace("T1");
  const connection = await workspace.connections.add({
    vendor: "cartesia",
    name: "prod",
    credentials: { api_key: "k" },
  });
  const log: World["log"] = [];
  const logged = (level: string) => (_fields: unknown, message: string) => void log.push({ level, message });
  const handedOn: string[] = [];
  const world: World = {
    store,
    log,
    handedOn,
    shown: worldNumber,
    listed: undefined,
    agents: [],
    now,
    pass: async (ms) => {
      const end = clock + ms;
      await settled();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        clock = Math.max(clock, next.at);
        timers.delete(next);
        next.run();
        await settled();
      }
      clock = end;
    },
    setClock: (ms) => {
      wrongByMs = ms;
    },
    timer: {
      monotonicMs: () => clock,
      after,
      every: (ms, run) => {
        let cancel = (): void => undefined;
        const next = (): void => {
          cancel = after(ms, () => {
            next();
            run();
          });
        };
        next();
        return () => cancel();
      },
    },
    record: async (changeId, from, to, details) => {
      await workspace.audit.append({
        kind: "change.requested",
        actor: { kind: "user", userId: "U1", workspaceId: "T1" },
        requestId: newId("req"),
        changeId,
        change: changeKinds[0],
        connection: { id: connection.id, vendor: "cartesia", name: "prod" },
        number: {
          connectionId: connection.id,
          numberId: worldNumber.id,
          e164: worldNumber.e164,
          name: "Main line",
        },
        before: { agent: from },
        wanted: { agent: to },
        ...(details ? { details } : {}),
      });
      return workspace.audit.change(changeId);
    },
    ctx: {
      workspace,
      actor: { kind: "system", job: "settle" },
      requestId: "req_settle",
      patientMs: 10_000,
      accounts: {
        vendors: Object.values(vendors),
        vendor: (): Vendor => vendors.cartesia,
        open: () => account(world),
        forget: () => undefined,
        trial: () => account(world),
      },
      authorizer: { permissions: async () => allPermissions },
      locks: processLocks(),
      numberIndexes: numberIndexes(),
      tracer: noTracer,
      log: { info: logged("info"), warn: logged("warn"), error: logged("error") },
      metrics: {
        changed: () => undefined,
        firstCall: () => undefined,
        acked: () => undefined,
        formRequested: () => undefined,
        undelivered: () => undefined,
      },
      isClockSkewed: () => false,
      reconcileLater: (changeId) => void handedOn.push(changeId),
      now,
      monotonicMs: () => clock,
      pause: async (ms) => {
        clock += ms;
      },
      newId,
    },
  };
  return world;
}

/** Lets everything run that waits for nothing but promises and the database. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function account(vendor: Pick<World, "shown" | "listed" | "agents" | "listedAgents">): VendorAccount {
  const read = async (): Promise<PhoneNumber> => {
    const number = vendor.shown;
    if (!number) throw new Problem("vendor_unavailable", "The vendor is down.");
    return number;
  };
  const never = async (): Promise<never> => {
    throw new Error("nothing is sent when a change is settled");
  };
  return {
    listNumbers: async () => vendor.listed ?? [await read()],
    getNumber: read,
    listAgents: async () => {
      if (!vendor.agents) throw new Problem("unsupported", "The vendor does not list its agents.");
      return vendor.listedAgents ?? vendor.agents;
    },
    getAgent: async (id) => {
      const agent = vendor.agents?.find((one) => one.id === id);
      if (!agent) throw new Problem("not_found", "The vendor has no such agent.");
      return agent;
    },
    check: async () => undefined,
    inTurn: async (step) => step(),
    buildPatch: () => ({}),
    patch: never,
  };
}
