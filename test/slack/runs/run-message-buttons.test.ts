import { expect, it } from "vitest";
import type { RelatedRuns } from "../../../src/domain/runs/fail-back.ts";
import { revertTerms, runKinds, runStatus, type Run } from "../../../src/domain/runs/run.ts";
import { runMessage } from "../../../src/slack/runs/run-message.ts";
import { stopButton } from "../../../src/slack/runs/stop-button.ts";
import { operator } from "../../support/fixtures.ts";
import { buttonsOf } from "../../support/words.ts";

const run: Run = {
  id: "run_1",
  kind: "failover",
  state: "running",
  by: { userId: operator },
  terms: revertTerms,
  madeAt: "2026-01-01T00:00:00.000Z",
  status: runStatus.parse({
    connections: { con_1: { why: "It does not answer.", code: "vendor_unavailable" } },
  }),
  steps: [],
};
const plan = { slug: "silent", revision: 1, title: "Agents are silent" };
const rowsOf = (state: Run["state"]) =>
  runMessage({ ...run, state })
    .blocks.filter(({ type }) => type === "actions")
    .map((block) => buttonsOf({ blocks: [{ ...block }] }));

it("has the main act first and at most three buttons in a row, with Stop apart from what goes on", () => {
  expect(rowsOf("running")).toEqual([["Pause", "Stop"]]);
  expect(rowsOf("paused")).toEqual([["Continue", "Continue without those", "Fail back…"], ["Stop"]]);
  expect(rowsOf("held")).toEqual([["Fail back…"]]);
  expect(rowsOf("done")).toEqual([]);
});

it("asks before it stops a run of any kind, and says what stays as it is", () => {
  const questions = runKinds.map((kind) => {
    const { confirm } = stopButton({ ...run, kind, incident: "INC-7", terms: { ...revertTerms, plan } });
    return [confirm?.title?.text, confirm?.text.text];
  });
  expect(questions.map(([title]) => title)).toEqual([
    "Stop the revert of INC-7?",
    "Stop failover silent?",
    "Stop the practice of silent?",
    "Stop the fail-back of silent?",
    "Stop the routes run of a file?",
  ]);
  for (const [, text] of questions)
    expect(text).toMatch(/stay.*A stopped run cannot be continued, a paused one can\.$/u);
  expect(JSON.stringify(runMessage(run))).toContain('"confirm":{');
});

it("offers the way back at a fail-back that was stopped, and not at a failover while a fail-back goes on", () => {
  const back = { ...run, kind: "back", state: "stopped", returns: "run_0" } as const;
  const buttons = (shown: Run, related: RelatedRuns) =>
    JSON.stringify(runMessage(shown, { related }).blocks.filter(({ type }) => type === "actions"));
  expect(buttons(back, { canFailBack: true })).toContain('"value":"run_0"');
  expect(buttons(back, { canFailBack: false })).toBe("[]");
  const held = { ...run, state: "held" } as const;
  expect(buttons(held, { back: { state: "paused" } })).toBe("[]");
  expect(buttons(held, { back: { state: "stopped" } })).toContain("Fail back…");
});
