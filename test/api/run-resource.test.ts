import { expect, it } from "vitest";
import { runResource, runResourceOf } from "../../src/api/runs/run-resource.ts";
import { runStatus, type Run } from "../../src/domain/runs/run.ts";
import { failoverOf, runStepOf } from "../support/failover/run-steps.ts";
import { startWorld } from "../support/world.ts";

it("says which tier waits for its first call, until when, and which numbers that tier has", async () => {
  const { ctx } = await startWorld();
  const at = "2026-01-01T03:04:00.000Z";
  const canary = runStepOf("pn_1", { awaitsCall: true });
  const run: Run = {
    ...failoverOf("run_1", []),
    state: "running",
    terms: { tiers: [{ name: "canary", awaitsFirstCall: true }, { name: "rest" }] },
    madeAt: at,
    status: runStatus.parse({}),
    steps: [{ ...canary, result: { outcome: "applied", at } }, runStepOf("pn_2", { tier: 1 })],
  };
  const shown = await runResourceOf(ctx, run);
  expect(runResource.parse(shown)).toMatchObject({
    waitsForCall: { tier: "canary", until: "2026-01-01T03:19:00.000Z" },
    steps: [{ tier: "canary" }, { tier: "rest" }],
  });
  const proved = await runResourceOf(ctx, { ...run, status: runStatus.parse({ provedTier: 0 }) });
  expect(proved).not.toHaveProperty("waitsForCall");
});
