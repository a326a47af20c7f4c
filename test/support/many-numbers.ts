import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import type { Context } from "../../src/operations/shared/context.ts";
import type { ChangeRequest } from "../../src/operations/access/change-request.ts";
import { changeNumber } from "../../src/operations/change/change-number.ts";
import { fastClock } from "./clocks.ts";
import { quiet } from "./words.ts";
import { demoAccount, vendorSample, type AccountSeed } from "../../src/sandbox/vendors/index.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

const digits = (n: number): string => String(n).padStart(4, "0");
export const numberId = (n: number): string => `phone_01K4VX8D3N7T2QHMZ6R9YB${digits(n)}`;
export const agents = {
  before: "agent_01K4VX8D3N7T2QHMZ6R9YB00A1",
  after: "agent_01K4VX8D3N7T2QHMZ6R9YB00A2",
} as const;

/** A harness with a Speechify account of many numbers, whose clock goes faster than the machine's. */
export interface BulkHarness {
  readonly harness: Harness;
  readonly count: number;
  pass(ms: number): void;
  /** Reassigns all numbers beside the app, while the vendor has no limit. */
  reassignAll(request: Partial<ChangeRequest>): Promise<void>;
  /** Changes one number beside the app. */
  reassign(request: ChangeRequest): Promise<void>;
  /** How many numbers are answered as before. */
  isBack(): number;
  /** What the vendor saw since this was asked last: how many of which status. */
  seen(): { readonly patches: number; readonly refused: number; readonly refusedPatches: number };
}

/** Starts such a harness; its clock goes so many times as fast as the machine's. */
export async function startBulkHarness(
  count: number,
  { times = 20, ...options }: HarnessOptions & { readonly times?: number } = {},
): Promise<BulkHarness> {
  const clock = fastClock(times);
  const many: AccountSeed = {
    ...demoAccount("speechify"),
    numbers: Array.from({ length: count }, (_, n) => ({
      id: numberId(n),
      e164: `+1305555${digits(n)}`,
      name: `Line ${n}`,
      agentId: agents.before,
    })),
  };
  const harness = await startHarness({
    connected: ["speechify"],
    accounts: (vendor: VendorId) => (vendor === "speechify" ? many : demoAccount(vendor)),
    timedEveryMs: 20,
    logTo: quiet,
    ...clock.options,
    ...options,
  });
  const { speechify } = harness.vendors;
  let from = speechify.requests.length;
  const ctx: Context = harness.infra.contextFor(demoWorkspace.teamId, { kind: "cli", osUser: "demo" });
  const reassign = async (request: ChangeRequest): Promise<void> => {
    await changeNumber({ ...ctx, requestId: harness.infra.newId("req") }, request);
  };
  return {
    harness: harness,
    count,
    pass: clock.pass,
    reassign,
    reassignAll: async (request) => {
      const connectionId = harness.connections.speechify?.id ?? "";
      for (let n = 0; n < count; n += 1) {
        const key = { connectionId, numberId: numberId(n) };
        const change = { kind: "reassign", agentId: agents.after } as const;
        await reassign({ key, change, seen: { agent: agents.before }, ...request });
      }
      from = speechify.requests.length;
    },
    isBack: () =>
      speechify.accounts()[0]?.numbers.filter(({ agentId }) => agentId === agents.before).length ?? 0,
    seen: () => {
      const since = speechify.requests.slice(from);
      from = speechify.requests.length;
      const patches = since.filter(({ method }) => method === "PATCH");
      const isRefused = ({ status }: (typeof since)[number]): boolean => status === 429;
      return {
        patches: patches.length,
        refused: since.filter(isRefused).length,
        refusedPatches: patches.filter(isRefused).length,
      };
    },
  };
}

/** A vendor's demo account with so many numbers in place of its own, all with the same agent. */
export function manyNumbersOf(vendor: VendorId, count: number, agentId: string): AccountSeed {
  const { id } = vendorSample(vendor);
  const numbers = Array.from({ length: count }, (_, at) => {
    const last = String(at).padStart(4, "0");
    const part = (length: number): string => last.padStart(length, "0").slice(-length);
    const e164 = `+1305555${last}`;
    return { id: id("number", part, e164), e164, name: `Line ${at}`, agentId };
  });
  return { ...demoAccount(vendor), numbers };
}
