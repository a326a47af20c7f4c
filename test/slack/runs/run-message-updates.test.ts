import { expect, it } from "vitest";
import { revertTerms, runStatus, type Run } from "../../../src/domain/runs/run.ts";
import { runMessage } from "../../../src/slack/runs/run-message.ts";
import { progressMessages, runUpdates } from "../../../src/slack/runs/run-message-updates.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";

const run: Run = {
  id: "run_1",
  kind: "back",
  state: "running",
  by: { userId: operator },
  terms: revertTerms,
  madeAt: "2026-01-01T00:00:00.000Z",
  status: runStatus.parse({}),
  // Nothing is left to do.
  steps: [],
};
const messageOf = (shown: Run, ts: string) => ({
  address: { channelId: voiceOps, ts },
  act: { kind: "run", runId: run.id } as const,
  message: runMessage(shown),
});
const progress = messageOf(run, "1.0");
const end = messageOf({ ...run, state: "done" }, "2.0");

it("leaves the progress of a fail-back as it is until its end is told in a new message", () => {
  expect(runUpdates(run, [progress])).toEqual([]);
});

it("shows the end of a revert in its newest message, because that is reported elsewhere", () => {
  const [update] = runUpdates({ ...run, kind: "revert", incident: "INC-1" }, [progress]);
  expect(update?.message).toEqual(runMessage({ ...run, kind: "revert", incident: "INC-1", state: "done" }));
});

it("keeps an end that is told and not yet written, and points to it from the message before", () => {
  for (const state of ["running", "done"] as const) {
    const updates = runUpdates({ ...run, state }, [progress, end]);
    expect(updates.map(({ address }) => address.ts)).toEqual(["1.0"]);
    expect(JSON.stringify(updates)).toContain("a newer message below has its state");
  }
});

it("shows the state in the newest message of each conversation, because nobody sees the others", () => {
  const elsewhere = { ...end, address: { channelId: "D0OMAR001", ts: "3.0" } };
  const paused = { ...run, kind: "failover", state: "paused" } as const;
  const updates = runUpdates(paused, [progress, elsewhere]);
  expect(updates.map(({ message }) => message)).toEqual([runMessage(paused), runMessage(paused)]);
});

it("shows the progress in the newest message of each conversation, and in no reminder", async () => {
  const dm = { channelId: "D0OMAR001", ts: "4.0" };
  const asked = { ...messageOf({ ...run, state: "paused" }, "3.0"), address: { ...dm, ts: "3.0" } };
  const reminder = { ...asked, act: { ...asked.act, remindsOf: "paused" } as const, address: dm };
  const messages = { about: async () => [progress, end, asked, reminder] };
  const shown = await progressMessages(messages, run.id);
  expect(shown.map(({ address }) => address.ts).toSorted()).toEqual(["2.0", "3.0"]);
});
