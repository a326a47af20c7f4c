import { expect, it } from "vitest";
import type { SharedCounts } from "../../../src/domain/ports/shared-state.ts";
import { perMinute, rateLimits } from "../../../src/slack/context/rate-limits.ts";

const who = { workspaceId: "T1", userId: "U1" };
const most = perMinute.connect.person;

/** Limits with a clock that the test moves, and counts of all replicas that the test sets. */
function setUp(answer: SharedCounts["add"]) {
  const state = { now: 0, asked: 0, failures: [] as unknown[] };
  const limits = rateLimits({
    monotonicMs: () => state.now,
    counts: {
      add: async (...args) => {
        state.asked += 1;
        return answer(...args);
      },
    },
    failed: (error) => state.failures.push(error),
  });
  return { state, limits };
}

it("refuses what exceeds the limit of all replicas together, without asking them again", async () => {
  const { state, limits } = setUp(async () => [40_000, undefined]);
  const refused = { code: "rate_limited", message: `You have sent ${most} tries of a key within a minute.` };
  await expect(limits.consume("connect", who)).rejects.toMatchObject({
    ...refused,
    details: { retryAfterMs: 40_000 },
  });
  state.now = 30_000;
  await expect(limits.consume("connect", who)).rejects.toMatchObject({
    ...refused,
    details: { retryAfterMs: 10_000 },
  });
  expect(state.asked).toBe(1);
  state.now = 40_000;
  await expect(limits.consume("connect", who)).rejects.toMatchObject(refused);
  expect(state.asked).toBe(2);
});

it("counts a person and their workspace", async () => {
  const { limits } = setUp(async (workspaceId, counted) => {
    expect(workspaceId).toBe("T1");
    expect(counted.map(({ key }) => key)).toEqual(["connect/U1", "connect"]);
    return [undefined, 5_000];
  });
  await expect(limits.consume("connect", who)).rejects.toMatchObject({
    message: `Your workspace has sent ${perMinute.connect.workspace} tries of a key within a minute.`,
  });
});

it("counts alone while the database is unavailable", async () => {
  const broken = new Error("cut off");
  const { state, limits } = setUp(async () => {
    throw broken;
  });
  for (let n = 0; n < most; n += 1) await limits.consume("connect", who);
  await expect(limits.consume("connect", who)).rejects.toMatchObject({ code: "rate_limited" });
  expect(state.failures).toHaveLength(most);
  expect(state.failures[0]).toBe(broken);
});

it("counts each person of a workspace by themselves, and each workspace", async () => {
  const { limits } = setUp(async () => []);
  for (let n = 0; n < most; n += 1) await limits.consume("connect", who);
  await expect(limits.consume("connect", who)).rejects.toMatchObject({ code: "rate_limited" });
  await limits.consume("connect", { ...who, userId: "U2" });
  await limits.consume("connect", { ...who, workspaceId: "T2" });
});
