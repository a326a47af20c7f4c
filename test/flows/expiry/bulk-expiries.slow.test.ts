import { afterEach, expect, it, vi } from "vitest";
import { roadside } from "../../support/fixtures.ts";
import { startBulkHarness, type BulkHarness } from "../../support/many-numbers.ts";

const timeout = 60_000;
const halfAnHour = 30 * 60_000;

let at: BulkHarness;

afterEach(async () => {
  await at.harness.close();
});

// O2
it.each([false, true])(
  "reverts all of 40 changes that expire together, without rate-limited refusals (a vendor that gives no time: %s)",
  { timeout },
  async (silent) => {
    at = await startBulkHarness(40);
    await at.reassignAll({ ends: { kind: "after", ms: halfAnHour } });
    at.harness.vendors.speechify.limitRate({ burst: 30, perSecond: 5, atOnce: 10, silent });
    at.pass(halfAnHour);
    await vi.waitFor(() => expect(at.isBack()).toBe(40), { timeout, interval: 20 });
    expect(at.seen()).toEqual({ patches: 40, refused: 0, refusedPatches: 0 });
  },
);

// O2
it("does not let the expiries of one connection delay others", { timeout }, async () => {
  at = await startBulkHarness(20, { connected: ["speechify", "cartesia"] });
  const { speechify, cartesia } = at.harness.vendors;
  await at.reassignAll({ ends: { kind: "after", ms: halfAnHour } });
  await at.reassign({
    key: { connectionId: at.harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "reassign", agentId: "agent_7hN4pZc2" },
    seen: { agent: "agent_5kR9wXd8" },
    ends: { kind: "after", ms: halfAnHour + 1000 },
  });
  speechify.limitRate({ burst: 0, perSecond: 0 });
  at.pass(halfAnHour);
  await vi.waitFor(() => expect(cartesia.effective(roadside).agentId).toBe("agent_5kR9wXd8"), { timeout });
  expect(at.isBack()).toBe(0);
});

// A2
it.each([31_536_000, 3600])(
  "restores within minutes after a vendor asked us to wait for %i s, and reports the delay meanwhile",
  { timeout },
  async (seconds) => {
    at = await startBulkHarness(1, { times: 400 });
    await at.reassignAll({
      ends: { kind: "after", ms: halfAnHour },
      replyTo: { userId: "U0OPER001", channelId: "C0VOICE01" },
    });
    const { speechify } = at.harness.vendors;
    speechify.fault({ kind: "rate-limit", seconds }, { on: "write" });
    at.pass(halfAnHour);
    const said = (): string => JSON.stringify(at.harness.slack.messages("C0VOICE01"));
    await vi.waitFor(() => expect(said()).toContain("was *NOT reverted* yet"), { timeout });
    const told = at.seen();
    expect(told.patches).toBeGreaterThanOrEqual(2);
    expect(told.patches).toBeLessThan(12);
    speechify.clearFaults();
    await vi.waitFor(() => expect(at.isBack()).toBe(1), { timeout });
  },
);
