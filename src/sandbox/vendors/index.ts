import { cartesia } from "./cartesia.ts";
import { dialnexa } from "./dialnexa.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { oneinbox } from "./oneinbox.ts";
import { retell } from "./retell.ts";
import { serve } from "./server.ts";
import { speechify } from "./speechify.ts";
import { vapi } from "./vapi.ts";
import { assign, type Account, type VendorFake, type Stored } from "./fake.ts";
import type { VendorSample } from "./sample.ts";
import type { AccountSeed, AccountView, NumberSeed, VendorSandbox, VendorSandboxOptions } from "./types.ts";

export { isRead, isUpdate } from "./read-request.ts";
export type { VendorSample, WalkStep } from "./sample.ts";
export type {
  AccountSeed,
  AccountView,
  AgentSeed,
  CallSeed,
  Fault,
  FaultWhen,
  NumberSeed,
  RecordedRequest,
  VendorSandbox,
  VendorSandboxOptions,
} from "./types.ts";

const fakes = { dialnexa, oneinbox, speechify, cartesia, elevenlabs, retell, vapi };

export type VendorId = keyof typeof fakes;

/** Their ids, in the order in which they are shown. */
// `Object.keys` promises strings only, because an object may have more keys than its type.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const vendorSandboxIds = Object.keys(fakes) as readonly VendorId[];

/** A small realistic account of a vendor, for demos and screenshots. Its key is the seed's `key`. */
export const demoAccount = (vendor: VendorId): AccountSeed => structuredClone(fakes[vendor].sample.account);

/** Typical values of a vendor. */
export const vendorSample = (vendor: VendorId): VendorSample => fakes[vendor].sample;

/** The record that a vendor shows of a number. */
export function recordOf(
  vendor: VendorId,
  account: AccountSeed,
  number: NumberSeed,
): Record<string, unknown> {
  const fake: VendorFake = fakes[vendor];
  return fake.show(fake.store(structuredClone(number)), opened(fake, account), false);
}

/** Starts a vendor's fake on 127.0.0.1, on a free port by default. Close it when done. */
export async function startVendorSandbox(
  vendor: VendorId,
  options: VendorSandboxOptions = {},
): Promise<VendorSandbox> {
  const fake: VendorFake = fakes[vendor];
  const accounts = new Map<string, Account>();
  const addAccount = (seed: AccountSeed): void => {
    accounts.set(seed.key, opened(fake, seed, options.now));
  };
  const find = (id: string): { account: Account; stored: Stored } | undefined => {
    for (const account of accounts.values()) {
      const stored = account.numbers.get(id);
      if (stored) return { account, stored };
    }
    return undefined;
  };
  const mustFind = (id: string) => {
    const found = find(id);
    if (!found) throw new Error(`the ${vendor} sandbox has no number ${id}`);
    return found;
  };
  for (const seed of options.accounts ?? []) addAccount(seed);
  const server = await serve(fake, accounts, options);
  return {
    vendor,
    url: server.url,
    requests: server.requests,
    addAccount,
    number: (id) => {
      const found = find(id);
      return found && structuredClone(fake.show(found.stored, found.account, false));
    },
    accounts: () => [...accounts.values()].map((account) => viewOf(fake, account)),
    changeNumber: (id, fields) => {
      const { account, stored } = mustFind(id);
      assign(account, stored, fake.dashboard(structuredClone(fields)));
      server.tell();
    },
    editNumber: (id, { name, agentId }) => {
      const { account, stored } = mustFind(id);
      const fields = fake.edited(name, agentId, fake.show(stored, account, false));
      assign(account, stored, fake.dashboard(structuredClone(fields)));
      server.tell();
    },
    addCall: (call) => {
      const { account, stored } = mustFind(call.numberId);
      const id = fake.callId?.(account.calls.length + 1);
      if (id === undefined) throw new Error(`the ${vendor} sandbox lists no calls`);
      account.calls.push({
        agentId: effectOf(fake, account, stored).agentId,
        at: account.now(),
        status: "completed",
        direction: "inbound",
        caller: "+491701234567",
        ...call,
        id,
        e164: String(fake.show(stored, account, false)[fake.requiredField]),
      });
      server.tell();
      return id;
    },
    removeNumber: (id) => {
      mustFind(id).account.numbers.delete(id);
      server.tell();
    },
    deleteAgent: (id) => {
      for (const account of accounts.values()) {
        if (account.agents.has(id)) fake.forgetAgent(account, id);
      }
      server.tell();
    },
    fault: server.faults.add,
    clearFaults: server.faults.clear,
    limitRate: server.limitRate,
    effective: (id) => {
      const { account, stored } = mustFind(id);
      return effectOf(fake, account, stored);
    },
    listen: server.listen,
    close: server.close,
  };
}

function effectOf(fake: VendorFake, account: Account, stored: Stored) {
  const agentId = fake.agentOf(stored);
  const name = fake.nameOf(stored);
  return {
    agentId: typeof agentId === "string" && account.agents.has(agentId) ? agentId : null,
    name: typeof name === "string" && name !== "" ? name : null,
  };
}

function viewOf(fake: VendorFake, account: Account): AccountView {
  return {
    key: account.key,
    agents: structuredClone([...account.agents.values()]),
    numbers: [...account.numbers].map(([id, stored]) => ({
      id,
      ...effectOf(fake, account, stored),
      shown: structuredClone(fake.show(stored, account, false)),
    })),
  };
}

function opened(fake: VendorFake, seed: AccountSeed, now = Date.now): Account {
  return {
    key: seed.key,
    agents: new Map(seed.agents.map((agent) => [agent.id, { assignable: true, extra: {}, ...agent }])),
    numbers: new Map(seed.numbers.map((number) => [number.id, fake.store(structuredClone(number))])),
    providers: new Set(seed.providers),
    calls: [],
    now,
  };
}
