import { expect, it, vi } from "vitest";
import {
  assistance,
  cli,
  holding,
  minute,
  patient,
  roadside,
  uuid,
  voiceOps,
} from "../../support/fixtures.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, textOf, toldInChannel } from "../../support/screen.ts";
import { opens, patchesSince } from "../../support/words.ts";
import { startFirstCalls } from "../proof/first-call-harness.ts";

const second = 1000;
const fleetDesk = "pn_H3k7Ry4N";
const waits = "Waits until the new agent answers a first call to tier canary";

/** A plan of two numbers whose first one has to be called, and a person who begins it. */
async function start() {
  const at = await startFirstCalls({ connected: ["cartesia", "oneinbox"], runsEveryMs: 10 });
  const { harness, omar, cartesia } = at;
  const member = (numberId: string) => ({
    connectionId: harness.connections.cartesia?.id ?? "",
    numberId,
    change: { kind: "reassign", agentId: holding } as const,
  });
  const canary = { name: "canary", askBeforeNext: false, awaitsFirstCall: true, members: [member(roadside)] };
  await silentPlan(harness, [], {
    tiers: [canary, { name: "rest", askBeforeNext: false, members: [member(fleetDesk)] }],
  });
  return {
    ...at,
    canary,
    /** Opens the preview, and returns what it says. */
    look: async (): Promise<string> => {
      const line = "failover silent because callers hear nothing";
      const open = async () => omar.command(line, { channelId: voiceOps });
      return textOf(await opens(harness, omar, open, "Agents are silent"));
    },
    patches: () => patchesSince(cartesia, 0).length,
    agents: () => [roadside, fleetDesk].map((id) => cartesia.effective(id).agentId),
    becomes: async (state: string) =>
      vi.waitFor(async () => {
        at.pass(second);
        const [run] = await harness.infra.store.workspace("T0PATCH01").runs.live();
        expect(run?.state).toBe(state);
        return run;
      }, patient),
  };
}

it("goes on once the first tier's new agent answered a call, even after a restart, and so does the way back", async () => {
  const at = await start();
  expect(await at.look()).toContain(
    "1 number first (canary), then it waits for a first call; then the other 1 (rest)",
  );
  await at.omar.submit();
  await toldInChannel(at.harness, voiceOps, waits);
  await formSays(at.harness, at.omar, waits);
  expect(at.patches()).toBe(1);
  at.pass(5 * minute);
  await vi.waitFor(() => expect(at.looks().length).toBeGreaterThan(0), patient);
  await at.harness.stopApp();
  at.pass(minute);
  await at.harness.startApp();
  // A call that failed is said, and proves nothing. A later one does.
  at.arrive({ status: "failed" });
  await vi.waitFor(async () => {
    at.pass(10 * second);
    expect(await at.proofs()).toMatchObject([{ kind: "proof.seen", details: { status: "failed" } }]);
  }, patient);
  expect(at.patches()).toBe(1);
  at.arrive();
  expect((await at.becomes("held"))?.status.provedTier).toBe(0);
  expect(at.agents()).toEqual([holding, holding]);
  const told = await toldInChannel(at.harness, voiceOps, "is through: 2 of 2 changed");
  expect(at.told().join("")).not.toContain("paused");
  await at.omar.click("run:back", { in: told });
  expect(textOf(await formSays(at.harness, at.omar, "will be put back"))).toContain(
    "1 number first (canary), then it waits for a first call",
  );
  await at.omar.submit();
  await toldInChannel(at.harness, voiceOps, "fail-back of silent is running: 1 of 2 changed");
  expect(at.agents()).toEqual([assistance, holding]);
  at.pass(10 * second);
  at.arrive();
  await vi.waitFor(() => {
    at.pass(second);
    expect(at.agents()).toEqual([assistance, assistance]);
  }, patient);
  await onRecord(at.harness, { kind: "failover.returned" });
});

it.each([
  ["the former agent still answers", [{ agentId: assistance }], "was still answered by the former agent"],
  [
    "three of the first calls failed",
    [{ status: "failed" }, { status: "failed" }, { status: "failed" }],
    "Too many of the first calls to tier canary failed",
  ],
] as const)("pauses and asks when %s, and goes on if a person says so", async (_why, calls, words) => {
  const at = await start();
  await at.look();
  await at.omar.submit();
  await toldInChannel(at.harness, voiceOps, waits);
  at.pass(10 * second);
  for (const call of calls) at.arrive(call);
  await at.becomes("paused");
  expect(at.patches()).toBe(1);
  const told = await toldInChannel(at.harness, voiceOps, words);
  await at.omar.click("run:resume", { in: told });
  await at.becomes("held");
  expect(at.agents()).toEqual([holding, holding]);
});

it("pauses and asks when nobody called in 15 minutes, and does not count that as a stop of the server", async () => {
  const at = await start();
  await at.look();
  await at.omar.submit();
  await toldInChannel(at.harness, voiceOps, waits);
  // The wait is longer than a stop of the server may be.
  const progress = async () =>
    (await at.harness.infra.store.workspace("T0PATCH01").runs.live())[0]?.progressAt ?? "";
  const before = await progress();
  at.pass(10 * minute);
  await vi.waitFor(async () => expect((await progress()) > before).toBe(true), patient);
  at.pass(6 * minute);
  await at.becomes("paused");
  const told = await toldInChannel(at.harness, voiceOps, "is paused.");
  expect(textOf(told)).toMatch(/Within 1\d min, the vendors' logs showed no call to tier canary/u);
  const posted = at.harness.slack.calls.filter(({ method }) => method === "chat.postMessage");
  expect(posted.filter(({ args }) => JSON.stringify(args).includes(waits))).toHaveLength(1);
  expect(await onRecord(at.harness, { kind: "failover.paused" })).toMatchObject({
    details: { why: "no_call", changed: "1", of: "2" },
  });
  expect(at.patches()).toBe(1);
});

it("pauses and asks if no number that it waits for could be changed, and goes on if a person says so", async () => {
  const at = await start();
  await at.look();
  const connectionId = at.harness.connections.cartesia?.id ?? "";
  const freeze = { connectionId, numberId: roadside, title: "Roadside", reason: "x", by: cli };
  await at.harness.infra.store
    .workspace("T0PATCH01")
    .freezes.set(
      { ...freeze, at: new Date(0).toISOString() },
      { kind: "freeze.set", actor: cli, requestId: "test" },
    );
  await at.omar.submit();
  expect((await at.becomes("paused"))?.status.paused).toMatchObject({ why: "none_changed", tier: 0 });
  expect(at.patches()).toBe(0);
  const told = await toldInChannel(at.harness, voiceOps, "No call can prove tier canary");
  await at.omar.click("run:resume", { in: told });
  await at.becomes("held");
  expect(at.agents()).toEqual([assistance, holding]);
});

it("says before it begins that it cannot wait for a vendor without a log of calls, and does not", async () => {
  const at = await start();
  const { plans } = at.harness.infra.store.workspace("T0PATCH01");
  const { tiers } = (await plans.get("silent")).plan;
  const change = { kind: "reassign", agentId: uuid(2) } as const;
  const connectionId = at.harness.connections.oneinbox?.id ?? "";
  const members = [{ connectionId, numberId: uuid(101), change }];
  await silentPlan(at.harness, [], { tiers: tiers.with(0, { ...at.canary, members }) });
  const shown = await at.look();
  expect(shown).toContain("Patchbay cannot see who answers calls at oneinbox demo");
  expect(shown).not.toContain("waits for a first call");
  await at.omar.submit();
  await at.becomes("held");
  expect(at.agents()).toEqual([assistance, holding]);
});
