import { expect, it } from "vitest";
import { revertTerms, runStatus, type Run } from "../../../src/domain/runs/run.ts";
import type { ResultStep } from "../../../src/domain/runs/run-step.ts";
import { runMessage } from "../../../src/slack/runs/run-message.ts";
import { runView } from "../../../src/slack/runs/run-view.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";

const step = (connectionId: string, order?: number): ResultStep => ({
  key: { connectionId, numberId: `pn_${connectionId}` },
  e164: "+14155550100",
  name: `Line ${connectionId}`,
  connection: connectionId,
  vendor: "cartesia",
  tier: 0,
  changeId: `chg_${connectionId}`,
  change: { kind: "reassign", agentId: "agent_1" },
  first: { agent: "agent_1" },
  last: { agent: "agent_2" },
  now: { agent: "agent_2" },
  labels: { agent_1: "Holding message" },
  verdict: { kind: "will_switch" },
  ...(order === undefined ? {} : { result: { outcome: "applied", order } }),
});

const run: Run = {
  id: "run_1",
  kind: "failover",
  state: "running",
  by: { userId: operator, channelId: voiceOps },
  terms: revertTerms,
  madeAt: "2026-01-01T00:00:00.000Z",
  status: runStatus.parse({}),
  steps: [step("one", 1), step("two", 2), step("three")],
};

it("shows a run over several connections without a table, which a form does not take, and names what was checked last", () => {
  const { blocks, title, private_metadata: metadata } = runView(run, {}, run.by);
  expect(blocks.map(({ type }) => type)).not.toContain("table");
  expect(title.text).toBe("Failover");
  const words = JSON.stringify(blocks);
  expect(words).toContain("2 of 3 checked: *Line two* (+1 415 555 0100) → *Holding message*");
  expect(words).toContain("one · 1 of 1");
  expect(metadata).toContain(voiceOps);
});

it("still names the numbers of the tier after which somebody continued, at most ten of them", () => {
  const steps = Array.from({ length: 12 }, (_, index) => step(`n${index}`, index));
  const status = runStatus.parse({ passedTier: 0 });
  const text = (of: Run) => runMessage(of).text;
  expect(
    text({ ...run, state: "held", steps: [...steps.slice(0, 2), { ...step("later", 3), tier: 1 }], status }),
  ).toContain("Continued after tier all: Line n0 (+1 415 555 0100), Line n1 (+1 415 555 0100).");
  expect(text({ ...run, state: "held", steps, status })).toContain(" and 2 others.");
  expect(text({ ...run, state: "held", steps })).not.toContain("Continued after");
});
