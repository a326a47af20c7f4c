import { expect, it } from "vitest";
import { evaluateFirstCalls } from "../../../src/operations/runs/await-first-call.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld } from "../../support/world.ts";

const minute = 60_000;
const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;

/** A run whose canary has to be called. */
async function start() {
  const world = await startWorld();
  const { runs } = world.ctx.workspace;
  const terms = { ...failoverTerms, tiers: [{ name: "canary", awaitsFirstCall: true }, { name: "rest" }] };
  const steps = [runStepOf("pn_1", { awaitsCall: true }), runStepOf("pn_2", { tier: 1 })];
  await runs.show(failoverOf("run_1", steps, { terms }));
  const details = { run: "run_1", kind: "failover" } as const;
  await runs.begin(
    "run_1",
    { userId: "U1", channelId: "C1" },
    { kind: "failover.begun", actor, requestId: "req_1", details },
  );
  await world.store.work.ensure({ kind: "first_call", workspaceId: "T1", itemId: "chg_pn_1" });
  return {
    world,
    judged: async (ctx = world.ctx) => evaluateFirstCalls(ctx, await runs.get("run_1"), 0),
    end: async (outcome: "applied" | "unknown") =>
      runs.noteStep("run_1", 0, { outcome, at: world.now().toISOString() }),
  };
}

it("asks two minutes after the last look, although looks that fail go on", async () => {
  const { world, judged, end } = await start();
  await end("applied");
  await world.pass(16 * minute);
  expect(await judged()).toBe("waiting");
  await world.pass(minute);
  expect(await judged()).toBe("no_call");
});

it("waits on while its clock is ahead, which would end the wait early", async () => {
  const { world, judged, end } = await start();
  await end("applied");
  await world.pass(14 * minute);
  world.setClock(4 * minute);
  expect(await judged({ ...world.ctx, isClockSkewed: () => true })).toBe("waiting");
});

it("asks at once if nobody knows whether a number of the tier was changed", async () => {
  const { judged, end } = await start();
  await end("unknown");
  expect(await judged()).toBe("none_changed");
});
