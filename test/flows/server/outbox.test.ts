import { afterEach, beforeEach, expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
/** How far ahead the clock is. */
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    outboxEveryMs: 20,
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now(),
  });
});
afterEach(async () => {
  await harness.close();
});

async function reassign(to: string): Promise<void> {
  const omar = person(harness, operator);
  await omar.command(`reassign Roadside to ${to}`, { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await formSays(harness, omar, "Slack is not accepting messages");
  await omar.close();
}

function silence(): void {
  harness.slack.fail("response_url", { status: 503 });
  harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  harness.slack.fail("chat.postEphemeral", { error: "fatal_error" });
}

it("delivers later, once, in order and with the delay, what Slack did not accept", async () => {
  silence();
  await reassign("Dispatch");
  await reassign("Holding message");
  expect(
    (await harness.audit()).filter(({ outcome, kind }) => kind === "change.outcome" && outcome === "applied"),
  ).toHaveLength(2);
  expect(harness.slack.messages(voiceOps)).toEqual([]);
  harness.slack.clearFailures();
  await toldInChannel(harness, voiceOps, "→ *Holding message* (was *Dispatch*)");
  await harness.slack.eventually(
    "an empty outbox",
    async () => (await harness.infra.store.outbox.waiting()).length === 0,
  );
  const said = harness.slack.messages(voiceOps).map((message) => textOf(message));
  expect(said).toHaveLength(2);
  expect(said[0]).toContain("→ *Dispatch* (was *Roadside assistance*)");
  expect(said[0]).toContain("late: Slack did not take it before.");
});

it("delivers it after a restart too", async () => {
  silence();
  await reassign("Dispatch");
  await harness.stopApp();
  harness.slack.clearFailures();
  expect(harness.slack.messages(voiceOps)).toEqual([]);
  await harness.startApp();
  await toldInChannel(harness, voiceOps, "→ *Dispatch* (was *Roadside assistance*)");
});

it("drops a message after a day, and records that", async () => {
  await harness.stopApp();
  await harness.infra.store.outbox.add(
    "T0PATCH01",
    { userId: operator, channelId: voiceOps },
    { text: "old", blocks: [] },
  );
  const db = openFile(harness.settings.databasePath);
  db.prepare("UPDATE outbox SET at = ?").run("2020-01-01T00:00:00.000Z");
  db.close();
  await harness.startApp();
  await harness.slack.eventually("an entry", async () =>
    (await harness.audit()).some(({ kind }) => kind === "message.dropped"),
  );
  await harness.slack.eventually(
    "an empty outbox",
    async () => (await harness.infra.store.outbox.waiting()).length === 0,
  );
  expect(harness.slack.messages(voiceOps)).toEqual([]);
});

// C1
it("drops no message because the clock was set two days ahead", async () => {
  silence();
  await reassign("Dispatch");
  const tries = (): number =>
    harness.slack.calls.filter(({ method, error }) => method === "chat.postMessage" && error).length;
  const before = tries();
  await harness.slack.eventually("a try", () => tries() > before);
  aheadMs = 2 * 86_400_000;
  const after = tries();
  await harness.slack.eventually("more tries", () => tries() > after + 1);
  aheadMs = 0;
  harness.slack.clearFailures();
  await toldInChannel(harness, voiceOps, "→ *Dispatch* (was *Roadside assistance*)");
  expect((await harness.audit()).some(({ kind }) => kind === "message.dropped")).toBe(false);
});

// E1
it("skips an unreadable message, says so, and delivers later ones", async () => {
  silence();
  await reassign("Dispatch");
  await reassign("Holding message");
  await harness.stopApp();
  const database = openFile(harness.settings.databasePath);
  const place = (text: string): string =>
    `INSERT INTO outbox (workspace_id, place, message, at) VALUES ('T0PATCH01', '${text}', '{}', '2026-01-01')`;
  database.exec("UPDATE outbox SET message = '{' WHERE id = (SELECT min(id) FROM outbox)");
  database.exec(place("{"));
  database.close();
  harness.slack.clearFailures();
  await harness.startApp();
  await toldInChannel(harness, voiceOps, "Patchbay could not post a message here: it cannot be read");
  await toldInChannel(harness, voiceOps, "→ *Holding message* (was *Dispatch*)");
  const dropped = async () => (await harness.audit()).filter(({ kind }) => kind === "message.dropped");
  await harness.slack.eventually("both dropped", async () => (await dropped()).length === 2);
  expect(new Set((await dropped()).map(({ reason }) => reason))).toEqual(
    new Set(["it cannot be read", "its place cannot be read"]),
  );
});
