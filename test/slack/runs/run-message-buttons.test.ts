import { expect, it } from "vitest";
import { revertTerms, runStatus, type Run } from "../../../src/domain/runs/run.ts";
import { runMessage } from "../../../src/slack/runs/run-message.ts";
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
