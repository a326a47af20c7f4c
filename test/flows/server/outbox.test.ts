import { afterEach, beforeEach, expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const operator = "U0OPER001";
const channelId = "C0VOICE01";

let house: House;
/** How far ahead the clock is. */
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  house = await startHouse({
    connected: ["cartesia"],
    outboxEveryMs: 20,
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now(),
  });
});
afterEach(async () => {
  await house.close();
});

async function reassign(to: string): Promise<void> {
  const omar = person(house, operator);
  await omar.command(`reassign Roadside to ${to}`, { channelId });
  await formSays(house, omar, "After:");
  await omar.submit();
  await formSays(house, omar, "not* been told yet");
  await omar.close();
}

function silence(): void {
  house.slack.fail("response_url", { status: 503 });
  house.slack.fail("chat.postMessage", { error: "fatal_error" });
  house.slack.fail("chat.postEphemeral", { error: "fatal_error" });
}

it("says later, once, in order and with the delay, what Slack did not take", async () => {
  silence();
  await reassign("Dispatch");
  await reassign("Holding message");
  expect(
    (await house.audit()).filter(({ outcome, kind }) => kind === "change.outcome" && outcome === "applied"),
  ).toHaveLength(2);
  expect(house.slack.messages(channelId)).toEqual([]);
  house.slack.clearFailures();
  await toldInChannel(house, channelId, "*Dispatch* → *Holding message*");
  await house.slack.eventually(
    "an empty outbox",
    async () => (await house.ground.store.outbox.waiting()).length === 0,
  );
  const said = house.slack.messages(channelId).map((message) => textOf(message));
  expect(said).toHaveLength(2);
  expect(said[0]).toContain("*Roadside assistance* → *Dispatch*");
  expect(said[0]).toContain("late: Slack did not take it before.");
});

it("says it after a restart too", async () => {
  silence();
  await reassign("Dispatch");
  await house.stopApp();
  house.slack.clearFailures();
  expect(house.slack.messages(channelId)).toEqual([]);
  await house.startApp();
  await toldInChannel(house, channelId, "*Roadside assistance* → *Dispatch*");
});

it("gives a message up after a day, on record", async () => {
  await house.stopApp();
  await house.ground.store.outbox.add(
    "T0PATCH01",
    { userId: operator, channelId },
    { text: "old", blocks: [] },
  );
  const db = openFile(house.settings.databasePath);
  db.prepare("UPDATE outbox SET at = ?").run("2020-01-01T00:00:00.000Z");
  db.close();
  await house.startApp();
  await house.slack.eventually("an entry", async () =>
    (await house.audit()).some(({ kind }) => kind === "message.dropped"),
  );
  await house.slack.eventually(
    "an empty outbox",
    async () => (await house.ground.store.outbox.waiting()).length === 0,
  );
  expect(house.slack.messages(channelId)).toEqual([]);
});

// C1
it("gives no message up because the clock was set two days ahead", async () => {
  silence();
  await reassign("Dispatch");
  const tries = (): number =>
    house.slack.calls.filter(({ method, error }) => method === "chat.postMessage" && error).length;
  const before = tries();
  await house.slack.eventually("a try", () => tries() > before);
  aheadMs = 2 * 86_400_000;
  const after = tries();
  await house.slack.eventually("more tries", () => tries() > after + 1);
  aheadMs = 0;
  house.slack.clearFailures();
  await toldInChannel(house, channelId, "*Roadside assistance* → *Dispatch*");
  expect((await house.audit()).some(({ kind }) => kind === "message.dropped")).toBe(false);
});

// E1
it("passes over what cannot be read, says so, and says what waits behind it", async () => {
  silence();
  await reassign("Dispatch");
  await reassign("Holding message");
  await house.stopApp();
  const database = openFile(house.settings.databasePath);
  const place = (text: string): string =>
    `INSERT INTO outbox (workspace_id, place, message, at) VALUES ('T0PATCH01', '${text}', '{}', '2026-01-01')`;
  database.exec("UPDATE outbox SET message = '{' WHERE id = (SELECT min(id) FROM outbox)");
  database.exec(place("{"));
  database.close();
  house.slack.clearFailures();
  await house.startApp();
  await toldInChannel(house, channelId, "Patchbay had something to tell here that cannot be read");
  await toldInChannel(house, channelId, "*Dispatch* → *Holding message*");
  const dropped = async () => (await house.audit()).filter(({ kind }) => kind === "message.dropped");
  await house.slack.eventually("both dropped", async () => (await dropped()).length === 2);
  expect(new Set((await dropped()).map(({ reason }) => reason))).toEqual(
    new Set(["it cannot be read", "its place cannot be read"]),
  );
});
