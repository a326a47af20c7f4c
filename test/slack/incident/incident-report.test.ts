import { expect, it } from "vitest";
import { smallBatchSize } from "../../../src/domain/shared/event-loop.ts";
import { planRevertSteps } from "../../../src/operations/runs/plan-revert.ts";
import { incidentCalls } from "../../../src/operations/incident/incident-changes.ts";
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
  await world.ctx.workspace.audit.append({
    kind: "proof.contradicted",
    actor: { kind: "system", job: "first-call" },
    requestId: "req_calls",
    changeId: "chg_1",
    number: { connectionId: "conn", numberId: "n", e164: "+14155550100", name: "Main" },
    labels: { agent_a: "Front *desk*" },
    details: {
      call: "call_1",
      startedAt: "2026-01-01T03:04:10.000Z",
      status: "completed",
      agent: "agent_a",
      incident: "INC-1",
    },
  });
  const details = { run: "run_2", kind: "back", plan: "silent", revision: "1", returns: "run_1" };
  await world.ctx.workspace.audit.append({
    kind: "failover.returned",
    actor: { kind: "system", job: "runs" },
    requestId: "req_back",
    details: { ...details, changed: "2", of: "3", seconds: "4", left: "1" },
  });
  const calls = await incidentCalls(world.ctx, "INC-1");
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
    runs: (await world.ctx.workspace.audit.entries({ limit: 9 })).filter(
      ({ kind }) => kind === "failover.returned",
    ),
    calls,
    changes: Array.from({ length }, () => record),
    steps: Array.from({ length }, () => step),
    at: world.now(),
  };
  const { result, turns } = await turnsOf(incidentReport(summary, world.ctx.accounts, () => "Omar"));
  expect(result.match(/^\| 2026-01-01 03:00:00 \| Omar \|/gmu)).toHaveLength(length);
  expect(result.match(/ \(before → now\)\./gu)).toHaveLength(length);
  expect(result).toContain(
    String.raw`- 2026-01-01 03:04:10 Main (+1 415 555 0100): still answered by Front \*desk\* (agent\_a), completed (chg\_1)`,
  );
  expect(result).toContain("2 of 3 changed in 4 s, 1 could not be put back");
  expect(turns).toBeGreaterThanOrEqual(3 * (batches - 1));
});
