import { afterEach, beforeEach } from "vitest";
import type { Change } from "../../../src/domain/numbers/change.ts";
import type { ProblemCode } from "../../../src/domain/problem/problem.ts";
import type { Vendor, VendorId } from "../../../src/domain/vendor/vendor.ts";
import type { PatchAnswer, PatchBody, VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import {
  startVendorSandbox,
  type AccountSeed,
  type NumberSeed,
  type RecordedRequest,
  type VendorSandbox,
} from "../../../src/sandbox/vendors/index.ts";
import { skippingTimer } from "../../support/clocks.ts";
import { key } from "../opened.ts";

/** What a vendor adapter's test says about its vendor. Everything else is the same for all. */
export interface VendorContract {
  readonly vendor: Vendor;
  readonly sandboxId: VendorId;
  readonly numberId: (n: number) => string;
  readonly agentId: (n: number) => string;
  /** How many requests the list of 230 numbers takes. */
  readonly pages: number;
  /** What is sent, according to the vendor's documentation and not the adapter. */
  readonly bodies: {
    readonly reassign: (agentId: string) => PatchBody;
    readonly detach: PatchBody;
    readonly rename: (name: string) => PatchBody;
    /** Undefined if a name cannot be cleared. */
    readonly clear: PatchBody | undefined;
    readonly edits: readonly { readonly fields: Record<string, string | null>; readonly body: PatchBody }[];
  };
  /** The code for a single read that is answered with 403, if that does not mean a bad key. */
  readonly forbidden?: ProblemCode;
  /** Whether its API has no list of calls. */
  readonly hasNoCalls?: boolean;
  /** Whether its calls do not say if they were incoming. */
  readonly hidesDirection?: boolean;
  /** The most calls that one look reads, if they are few. */
  readonly callsAtOnce?: number;
  readonly providers?: string[];
  /** Extra fields of the seeded numbers. */
  readonly extra?: NonNullable<NumberSeed["extra"]>;
}

/** How many numbers and how many agents the account has. */
export const many = 230;
/** A time limit that even a busy machine keeps, in milliseconds. */
export const patientMs = 5000;

/** A vendor's fake with one account, and the adapter that is connected to it: new ones for each test. */
export interface ContractStage {
  readonly contract: VendorContract;
  readonly sandbox: VendorSandbox;
  readonly account: VendorAccount;
  /** The id of the first number. */
  readonly first: string;
  /** The id of its agent. */
  readonly front: string;
  /** The id of another agent. */
  readonly night: string;
  open(timeoutMs: number, apiKey?: string): VendorAccount;
  /** The updates that the fake received. */
  updates(): readonly RecordedRequest[];
  /** Reads the first number, and sends a change of it. */
  send(change: Change, to?: VendorAccount): Promise<PatchAnswer>;
}

/** Makes a stage, and sets it up for each test of the suite. */
export function contractStage(contract: VendorContract): ContractStage {
  const { vendor, numberId, agentId, sandboxId } = contract;
  const first = numberId(1);
  let sandbox: VendorSandbox;
  let account: VendorAccount;
  const open = (timeoutMs: number, apiKey = key): VendorAccount =>
    vendor.open({ api_key: apiKey }, { baseUrl: sandbox.url, timeoutMs, timer: skippingTimer() });
  beforeEach(async () => {
    sandbox = await startVendorSandbox(sandboxId, { accounts: [seed(contract)] });
    account = open(patientMs);
  });
  afterEach(async () => {
    await sandbox.close();
  });
  return {
    contract,
    get sandbox() {
      return sandbox;
    },
    get account() {
      return account;
    },
    first,
    front: agentId(1),
    night: agentId(2),
    open,
    updates: () => sandbox.requests.filter(({ method }) => method === "PATCH"),
    send: async (change, to = account) => {
      const number = await account.getNumber(first);
      return to.patch(first, to.buildPatch(number, change));
    },
  };
}

/** From 1 on, one for each number of the account. */
export const indexes = (): number[] => Array.from({ length: many }, (_value, at) => at + 1);
export const e164 = (n: number): string => `+1415555${String(n).padStart(4, "0")}`;

export function seed({ numberId, agentId, providers = [], extra = {} }: VendorContract): AccountSeed {
  return {
    key,
    providers,
    agents: indexes().map((n) => ({ id: agentId(n), name: `Agent ${n}` })),
    numbers: indexes().map((n) => ({
      id: numberId(n),
      e164: e164(n),
      name: n === 3 ? null : `Number ${n}`,
      agentId: n === 3 ? null : agentId(1),
      extra,
    })),
  };
}
