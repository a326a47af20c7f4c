import { expect, it } from "vitest";
import { smallBatchSize } from "../../../src/domain/shared/event-loop.ts";
import { planRevertSteps } from "../../../src/operations/runs/plan-revert.ts";
import { incidentReport } from "../../../src/slack/incident/incident-report.ts";
import { turnsOf } from "../../support/until.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

const batches = 5;

// A4
it("writes the report of a long incident in batches of lines", async () => {
  const world = await startWorld();
  const record = await world.record("chg_1", "agent_a", "agent_b");
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
  const [step] = await planRevertSteps(world.ctx, [record]);
  if (!step) throw new Error("the change has no net effect");
  const length = batches * smallBatchSize;
  const summary = {
    incident: {
      key: "INC-1",
      title: undefined,
      channelId: undefined,
      startedBy: world.ctx.actor,
      startedAt: world.now().toISOString(),
      endedBy: undefined,
      endedAt: undefined,
      thread: undefined,
    },
    runs: [],
    changes: Array.from({ length }, () => record),
    steps: Array.from({ length }, () => step),
    at: world.now(),
  };
  const { result, turns } = await turnsOf(incidentReport(summary, world.ctx.accounts, () => "Omar"));
  expect(result.match(/^\| 2026-01-01 03:00:00 \| Omar \|/gmu)).toHaveLength(length);
  expect(result.match(/ \(before → now\)\./gu)).toHaveLength(length);
  expect(turns).toBeGreaterThanOrEqual(3 * (batches - 1));
});
