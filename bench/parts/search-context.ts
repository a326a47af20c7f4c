import { allPermissions } from "../../src/domain/access/authorization.ts";
import { defaultPatientMs, type Context } from "../../src/operations/shared/context.ts";
import { findNumbers } from "../../src/operations/numbers/find-numbers.ts";
import type { ListedNumber } from "../../src/operations/numbers/listed-number.ts";
import { processLocks } from "../../src/domain/ports/locks.ts";
import { numberIndexes } from "../../src/operations/numbers/number-index.ts";
import { noTracer } from "../../src/domain/ports/tracer.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import { vendorIds, vendors } from "../../src/vendors/index.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/store/crypto/seal.ts";
import { sqliteStore } from "../../src/sqlite/store.ts";
import { asRead, largeAccount } from "./accounts.ts";
import { teamId } from "./workspace.ts";

/** A context for searching a connection at each vendor with lists in memory, and the same numbers for a scan. */
export async function searchContext(
  numbersEach: number,
  longNames = false,
): Promise<{ readonly ctx: Context; readonly scanned: readonly ListedNumber[] }> {
  let made = 0;
  const now = (): Date => new Date();
  const newId = (prefix: string): string => `${prefix}_${(made += 1)}`;
  const seal = credentialSeal([{ id: "k", key: new Uint8Array(32) }]);
  const store = sqliteStore(openDatabase(":memory:"), seal, { now, newId });
  const workspace = store.workspace(teamId);
  const accounts = new Map<string, VendorAccount>();
  for (const vendor of vendorIds) {
    const { id } = await workspace.connections.add({
      vendor,
      name: `${vendor} main`,
      credentials: { api_key: "k" },
    });
    accounts.set(id, listOnly(vendor, numbersEach, longNames));
  }
  const ctx: Context = {
    workspace,
    actor: { kind: "system", job: "bench" },
    requestId: "req_bench",
    patientMs: defaultPatientMs,
    accounts: {
      vendors: Object.values(vendors),
      vendor: (id) => vendors[id],
      open: ({ id }) => accounts.get(id) ?? never(),
      trial: never,
      forget: () => undefined,
    },
    authorizer: { permissions: async () => allPermissions },
    locks: processLocks(),
    numberIndexes: numberIndexes(),
    tracer: noTracer,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: {
      changed: () => undefined,
      firstCall: () => undefined,
      acked: () => undefined,
      formRequested: () => undefined,
      undelivered: () => undefined,
    },
    isClockSkewed: () => false,
    reconcileLater: () => undefined,
    now,
    monotonicMs: () => performance.now(),
    pause: async () => undefined,
    newId,
  };
  const { numbers: scanned } = await findNumbers(ctx);
  return { ctx, scanned };
}

function listOnly(vendor: VendorId, numbersEach: number, longNames: boolean): VendorAccount {
  const seed = largeAccount(vendor, numbersEach, longNames);
  const numbers = asRead(vendor, seed);
  const agents = seed.agents.map(({ id, name }) => ({ id, name }));
  const at = new Date();
  return {
    listNumbers: async () => numbers,
    listAgents: async () => agents,
    lastKnown: async () => ({ numbers, agents, at, ageMs: 0 }),
    getNumber: async (wanted) => numbers.find(({ id }) => id === wanted) ?? never(),
    getAgent: never,
    check: never,
    inTurn: async (step) => step(),
    buildPatch: never,
    patch: never,
  };
}

function never(): never {
  throw new Error("neither a search nor a look for drift asks a vendor for this");
}
