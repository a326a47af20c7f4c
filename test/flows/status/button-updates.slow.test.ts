import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { minute, operator, voiceOps } from "../../support/fixtures.ts";
import { becomes, pressStale, valueOf } from "../../support/present-message.ts";
import { onRecord } from "../../support/record.ts";
import { person, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: TemporaryChangeHarness;
let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  at = await startTemporaryChangeHarness({
    environment: { LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void lines.push(line) },
  });
});
afterEach(async () => {
  await at.harness.close();
});

async function reminded(): Promise<SandboxMessage> {
  await at.reassign();
  at.pass(25 * minute);
  return toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
}

const updates = (ts: string): number =>
  at.harness.slack.calls.filter(({ method, args }) => method === "chat.update" && args["ts"] === ts).length;
const emptyOutbox = async (): Promise<void> => {
  await at.harness.slack.eventually(
    "an empty outbox",
    async () => (await at.harness.infra.store.outbox.waiting()).length === 0,
  );
};

// E13
it("removes the buttons after a restart if Slack accepted no update before", async () => {
  const reminder = await reminded();
  at.harness.slack.fail("chat.update", { error: "internal_error" });
  await person(at.harness, operator).click("keep_change", { in: reminder });
  await at.harness.slack.eventually("a try", () => updates(reminder.ts) > 0);
  await at.harness.stopApp();
  at.harness.slack.clearFailures();
  await at.harness.startApp();
  expect(buttonsOf(await becomes(at.harness, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});

// E13
it("removes the buttons for a recorded action after a crash", async () => {
  const reminder = await reminded();
  await at.harness.stopApp();
  const { workspace } = at.harness.infra.contextFor(demoWorkspace.teamId, { kind: "cli", osUser: "test" });
  const [temporary] = await workspace.temporaryChanges.open();
  if (!temporary) throw new Error("no temporary change is open");
  const { number, connection, change } = (await workspace.audit.change(temporary.changeId)).requested;
  const actor = { kind: "user", userId: operator, workspaceId: workspace.id } as const;
  await workspace.temporaryChanges.replace(
    { ...temporary, state: "over" },
    {
      kind: "timed.kept",
      actor,
      requestId: "req_killed",
      changeId: temporary.changeId,
      number,
      connection,
      change,
    },
  );
  await at.harness.startApp();
  expect(buttonsOf(await becomes(at.harness, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});

// E13
it.each(["message_not_found", "is_archived", "not_in_channel", "cant_update_message"])(
  "logs once that a message cannot be updated (%s), and does not retry",
  async (error) => {
    const reminder = await reminded();
    at.harness.slack.fail("chat.update", { error });
    await person(at.harness, operator).click("keep_change", { in: reminder });
    const told = (): string[] => lines.filter((line) => line.includes("message not updated; no retry"));
    await at.harness.slack.eventually("a line in the log", () => told().length > 0);
    await emptyOutbox();
    expect(told()).toHaveLength(1);
    expect(updates(reminder.ts)).toBe(1);
    at.harness.slack.clearFailures();
    await at.harness.stopApp();
    await at.harness.startApp();
    await person(at.harness, operator).command("rename Roadside", { channelId: voiceOps });
    await emptyOutbox();
    expect(updates(reminder.ts)).toBe(1);
  },
);

// E13
it("removes the buttons of a message from an earlier version after a click", async () => {
  const reminder = await reminded();
  await at.harness.stopApp();
  const db = openFile(at.harness.settings.databasePath);
  db.exec("DELETE FROM act_messages");
  db.close();
  await at.harness.startApp();
  await pressStale(at.harness, operator, "keep_change", valueOf(reminder, "keep_change"));
  await onRecord(at.harness, { kind: "timed.kept" });
  await person(at.harness, "U0ADMIN01").click("extend_change", { in: reminder });
  expect(buttonsOf(await becomes(at.harness, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});
