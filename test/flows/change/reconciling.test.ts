import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { dispatch, operator, patient, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"] });
});
afterEach(async () => {
  await harness.close();
});

/** A reassign whose answer never comes and which has not happened so far. */
async function loseTheAnswer(channelId: string): Promise<void> {
  const omar = person(harness, operator);
  await omar.command("reassign Roadside to Dispatch because it loops", { channelId });
  await formSays(harness, omar, "After:");
  harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
  await omar.submit();
  await formSays(harness, omar, "Unknown whether");
}

const outcomes = async (): Promise<unknown[]> =>
  (await harness.audit()).filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

it("updates the message in place when an unknown change turns out to have taken effect, after a restart too", async () => {
  await loseTheAnswer("C0VOICE01");
  const told = await toldInChannel(harness, "C0VOICE01", "Unknown whether");
  await harness.stopApp();
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  await harness.startApp();
  const updated = await toldInChannel(harness, "C0VOICE01", "It took effect");
  expect(updated.ts).toBe(told.ts);
  expect(textOf(updated)).not.toContain("Unknown whether");
  expect(await outcomes()).toEqual(["unknown", "applied"]);
  expect(patches()).toBe(1);
});

it("shows the outcome last, though an older update of the message still waits for Slack", async () => {
  await loseTheAnswer(voiceOps);
  const told = await toldInChannel(harness, voiceOps, "Unknown whether");
  const { outbox } = harness.infra.store;
  const place = { channelId: voiceOps, messageTs: told.ts };
  harness.slack.fail("chat.update", { error: "service_unavailable" });
  await outbox.add(teamId, place, { text: "An older version.", blocks: [] });
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  await vi.waitFor(async () => expect(await outcomes()).toEqual(["unknown", "applied"]), patient);
  const { notifications } = harness.infra.store.workspace(teamId);
  await vi.waitFor(async () => expect(await notifications.pending()).toEqual([]), patient);
  harness.slack.clearFailures();
  await vi.waitFor(async () => expect(await outbox.hasPending(teamId, place)).toBe(false), patient);
  const shown = harness.slack.messages(voiceOps).find(({ ts }) => ts === told.ts);
  expect(textOf(shown)).toContain("It took effect");
  expect(harness.slack.messages(voiceOps).filter((one) => textOf(one).includes("It took effect"))).toEqual([
    shown,
  ]);
});

it("posts a new message if Slack no longer lets the first one be updated", async () => {
  await loseTheAnswer(voiceOps);
  const told = await toldInChannel(harness, voiceOps, "Unknown whether");
  harness.slack.fail("chat.update", { error: "message_not_found" });
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  const posted = await toldInChannel(harness, voiceOps, "It took effect");
  expect(posted.ts).not.toBe(told.ts);
});

it("posts a new message if the first one has no address", async () => {
  await loseTheAnswer("C0INCID01");
  await toldInChannel(harness, "C0INCID01", "Unknown whether");
  await harness.stopApp();
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  await harness.startApp();
  const told = await harness.slack.eventually("a direct message", () =>
    harness.slack.directMessages(operator).find((message) => textOf(message).includes("It took effect")),
  );
  expect(textOf(told)).toContain("*Roadside assistance* → *Dispatch*");
});

it("offers to retry a change with an unknown outcome as a new one, with its own preview", async () => {
  await loseTheAnswer("C0VOICE01");
  const told = await toldInChannel(harness, "C0VOICE01", "Unknown whether");
  harness.vendors.cartesia.clearFaults();
  const omar = person(harness, operator);
  await omar.close();
  await omar.click("open_form", { in: told });
  await formSays(harness, omar, "*After:* *Roadside assistance* → *Dispatch*");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  expect(patches()).toBe(2);
});

it("notifies the person of a change that a crash left without an outcome", async () => {
  await harness.stopApp();
  const { connections, infra } = harness;
  const workspace = infra.store.workspace("T0PATCH01");
  await workspace.notifications.keep("chg_crashed", { userId: operator, channelId: "C0VOICE01" });
  await workspace.audit.append({
    kind: "change.requested",
    actor: { kind: "user", userId: operator, workspaceId: "T0PATCH01" },
    requestId: "req_crashed",
    changeId: "chg_crashed",
    change: "reassign",
    connection: connections.cartesia,
    number: {
      connectionId: connections.cartesia?.id ?? "",
      numberId: roadside,
      e164: "+12145550152",
      name: "Roadside",
    },
    before: { agent: "agent_5kR9wXd8" },
    wanted: { agent: dispatch },
  });
  await harness.startApp();
  await toldInChannel(harness, "C0VOICE01", "Unknown");
  expect(await outcomes()).toEqual(["unknown"]);
  expect(patches()).toBe(0);
});
