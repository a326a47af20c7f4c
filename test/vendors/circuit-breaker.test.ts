import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem, type ProblemCode } from "../../src/domain/problem/problem.ts";
import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import { withCircuitBreaker } from "../../src/vendors/cache/circuit-breaker.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function failing(code: ProblemCode) {
  const state = { asked: 0, read: 0, down: true };
  const list = async () => {
    state.asked += 1;
    if (state.down) throw new Problem(code, "no");
    return [];
  };
  const never = async (): Promise<never> => {
    throw new Error("not asked for here");
  };
  const account: VendorAccount = {
    listNumbers: list,
    listAgents: list,
    getNumber: async () => {
      state.read += 1;
      throw new Problem(code, "no");
    },
    getAgent: never,
    check: never,
    inTurn: async (step) => step(),
    buildPatch: () => ({}),
    patch: never,
  };
  return { state, account: withCircuitBreaker(account, "Cartesia") };
}

const swallow = async (asking: Promise<unknown>): Promise<unknown> => asking.catch((error: unknown) => error);

it("requests a list that keeps failing less often, and says so", async () => {
  const { state, account } = failing("vendor_unavailable");
  for (let turn = 0; turn < 3; turn += 1) await swallow(account.listNumbers());
  const error = await swallow(account.listNumbers());
  expect(state.asked).toBe(3);
  expect(error).toMatchObject({ code: "vendor_unavailable" });
  expect(String(error)).toContain("less often");
});

it("probes with one request after a pause, and resumes once that succeeds", async () => {
  const { state, account } = failing("vendor_unavailable");
  for (let turn = 0; turn < 4; turn += 1) await swallow(account.listNumbers());
  vi.advanceTimersByTime(60_000);
  await swallow(account.listNumbers());
  await swallow(account.listNumbers());
  expect(state.asked).toBe(4);
  vi.advanceTimersByTime(300_000);
  state.down = false;
  await account.listNumbers();
  await account.listNumbers();
  expect(state.asked).toBe(6);
});

it("always tries what a person requests by name", async () => {
  const { state, account } = failing("vendor_unavailable");
  for (let turn = 0; turn < 4; turn += 1) await swallow(account.listNumbers());
  await swallow(account.getNumber("pn_1"));
  expect(state.read).toBe(1);
});

it("does not treat a rejected key as an outage", async () => {
  const { state, account } = failing("credentials_rejected");
  for (let turn = 0; turn < 6; turn += 1) await swallow(account.listNumbers());
  expect(state.asked).toBe(6);
});

it("still lists numbers when agents cannot be listed", async () => {
  const { state, account } = failing("vendor_unavailable");
  for (let turn = 0; turn < 4; turn += 1) await swallow(account.listAgents());
  state.down = false;
  await expect(account.listNumbers()).resolves.toEqual([]);
});
