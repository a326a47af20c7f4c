import { afterEach, beforeEach, expect, it } from "vitest";
import { demoWorkspace } from "../../../src/demo/harness.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { becomes, pressStale, valueOf } from "../../support/present-message.ts";
import { onRecord } from "../../support/record.ts";
import { person, toldInChannel } from "../../support/screen.ts";
import { channelId, minute, operator, startTimedHouse, type TimedHouse } from "../../support/timed.ts";
import { buttonsOf } from "../../support/words.ts";

let at: TimedHouse;
let lines: string[] = [];
beforeEach(async () => {
  lines = [];
  at = await startTimedHouse({
    environment: { VENDOR_TIMEOUT_MS: "300", LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void lines.push(line) },
  });
});
afterEach(async () => {
  await at.house.close();
});

async function reminded(): Promise<SandboxMessage> {
  await at.reassign();
  at.pass(25 * minute);
  return toldInChannel(at.house, channelId, "ends by itself <!date");
}

const updates = (ts: string): number =>
  at.house.slack.calls.filter(({ method, args }) => method === "chat.update" && args["ts"] === ts).length;
const emptyOutbox = async (): Promise<void> => {
  await at.house.slack.eventually(
    "an empty outbox",
    async () => (await at.house.ground.store.outbox.waiting()).length === 0,
  );
};

// E13
it("takes the buttons off after a restart, where Slack took no update before", async () => {
  const reminder = await reminded();
  at.house.slack.fail("chat.update", { error: "internal_error" });
  await person(at.house, operator).click("keep_change", { in: reminder });
  await at.house.slack.eventually("a try", () => updates(reminder.ts) > 0);
  await at.house.stopApp();
  at.house.slack.clearFailures();
  await at.house.startApp();
  expect(buttonsOf(await becomes(at.house, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});

// E13
it("takes the buttons off for what a process did not live to do after it was on record", async () => {
  const reminder = await reminded();
  await at.house.stopApp();
  const { workspace } = at.house.ground.contextFor(demoWorkspace.teamId, { kind: "cli", osUser: "test" });
  const [timed] = await workspace.timed.open();
  if (!timed) throw new Error("no temporary change is open");
  const { number, connection, change } = (await workspace.audit.change(timed.changeId)).requested;
  const actor = { kind: "user", userId: operator, workspaceId: workspace.id } as const;
  await workspace.timed.replace(
    { ...timed, state: "over" },
    {
      kind: "timed.kept",
      actor,
      requestId: "req_killed",
      changeId: timed.changeId,
      number,
      connection,
      change,
    },
  );
  await at.house.startApp();
  expect(buttonsOf(await becomes(at.house, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});

// E13
it.each(["message_not_found", "is_archived", "not_in_channel", "cant_update_message"])(
  "logs once that a message cannot be updated (%s), and does not try it again",
  async (error) => {
    const reminder = await reminded();
    at.house.slack.fail("chat.update", { error });
    await person(at.house, operator).click("keep_change", { in: reminder });
    const told = (): string[] => lines.filter((line) => line.includes("it is left as it is"));
    await at.house.slack.eventually("a line in the log", () => told().length > 0);
    await emptyOutbox();
    expect(told()).toHaveLength(1);
    expect(updates(reminder.ts)).toBe(1);
    at.house.slack.clearFailures();
    await at.house.stopApp();
    await at.house.startApp();
    await person(at.house, operator).command("rename Roadside", { channelId });
    await emptyOutbox();
    expect(updates(reminder.ts)).toBe(1);
  },
);

// E13
it("takes the buttons off a message that an earlier version posted, once somebody presses one", async () => {
  const reminder = await reminded();
  await at.house.stopApp();
  const db = openFile(at.house.settings.databasePath);
  db.exec("DELETE FROM act_messages");
  db.close();
  await at.house.startApp();
  await pressStale(at.house, operator, "keep_change", valueOf(reminder, "keep_change"));
  await onRecord(at.house, { kind: "timed.kept" });
  await person(at.house, "U0ADMIN01").click("extend_change", { in: reminder });
  expect(buttonsOf(await becomes(at.house, reminder, "Kept by <@U0OPER001>"))).toEqual(["Show", "History"]);
});
