import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { announcements, cli, incidents, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { leftOut } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let harness: Harness;
beforeEach(async () => {
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
    { id: "C0CLOSED1", name: "closed" },
  ];
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, channels }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    outboxEveryMs: 20,
  });
});
afterEach(async () => harness.close());

it("announces each change once, with author, change, reason and outcome", async () => {
  await chooseChannel();
  await reassign("Dispatch", incidents, "the first");
  const said = await toldInChannel(harness, announcements, "the first");
  expect(textOf(said)).toMatch(/^[^]*<@U0OPER001> reassigned \*Roadside\*: [^]*→ \*Dispatch\*[^]*applied ·/u);
  expect(leftOut(said)).toEqual([]);
  await reassign("Roadside assistance", incidents, "the second");
  await toldInChannel(harness, announcements, "the second");
  expect(saying("the first")).toHaveLength(1);
  expect(saying("late")).toEqual([]);
});

// E8
it("announces only the final outcome of a change without a response", async () => {
  await chooseChannel();
  harness.vendors.cartesia.fault({ kind: "drop-after" }, { on: "write" });
  await reassign("Dispatch", incidents, "the answer was lost");
  const said = textOf(await toldInChannel(harness, announcements, "the answer was lost"));
  expect(said).toContain("applied ·");
  expect(said).not.toContain("may or may not");
  const asked = textOf(await toldInChannel(harness, incidents, "the answer was lost"));
  expect(asked).toContain("confirmed by reading it back from Cartesia");
  expect(asked).not.toContain("may or may not");
  await person(harness, "U0OPER001").command("history Roadside", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0OPER001", "History of"))).not.toContain("may or may not");
});

it("does not announce it again in the channel of the request", async () => {
  await chooseChannel();
  await reassign("Dispatch", announcements, "asked here");
  await toldInChannel(harness, announcements, "asked here");
  await reassign("Roadside assistance", incidents, "asked elsewhere");
  await toldInChannel(harness, announcements, "asked elsewhere");
  expect(saying("asked here")).toHaveLength(1);
});

// E6
it("announces changed settings, but no refusals", async () => {
  await chooseChannel();
  await person(harness, "U0GUEST01").command("reassign Roadside to Dispatch", { channelId: incidents });
  await onRecord(harness, { kind: "action.refused", userId: "U0GUEST01" });
  await settle({ reason: { required: true }, announcementsChannelId: announcements });
  expect(textOf(await toldInChannel(harness, announcements, "reasons, announcements"))).toContain("cli:test");
  expect(saying("refused")).toEqual([]);
  expect(saying("U0GUEST01")).toEqual([]);
});

it("announces no past events in a newly chosen channel", async () => {
  await reassign("Dispatch", incidents, "long ago");
  await onRecord(harness, { kind: "change.outcome" });
  await chooseChannel();
  await toldInChannel(harness, announcements, "changed the settings: announcements");
  await settle({});
  await reassign("Roadside assistance", incidents, "while nobody listened");
  await chooseChannel();
  await harness.slack.eventually("the second choice", () =>
    saying("changed the settings: announcements").length > 1 ? true : undefined,
  );
  expect(saying("Roadside")).toEqual([]);
});

it("announces what an earlier process did not, once and in order", async () => {
  await chooseChannel();
  await toldInChannel(harness, announcements, "changed the settings");
  await harness.stopApp();
  const { audit } = harness.infra.store.workspace(teamId);
  for (const act of ["first", "second", "third"]) {
    const details = { incident: act.toUpperCase() };
    await audit.append({ kind: "incident.started", actor: cli, requestId: act, reason: act, details });
  }
  await harness.startApp();
  await toldInChannel(harness, announcements, "(third)");
  await harness.stopApp();
  await harness.startApp();
  await settle({ reason: { required: true }, announcementsChannelId: announcements });
  await toldInChannel(harness, announcements, "reasons, announcements");
  const acts = saying("started incident").map((message) => /\((\w+)\)/u.exec(textOf(message))?.[1]);
  expect(acts).toEqual(["first", "second", "third"]);
});

it("fails no change because it cannot post to the channel", async () => {
  await settle({ announcementsChannelId: "C0CLOSED1" });
  await reassign("Dispatch", incidents, "nobody hears");
  await toldInChannel(harness, incidents, "Reassigned by");
  expect(harness.vendors.cartesia.effective("pn_B6d1Vz5H").agentId).toBe("agent_7hN4pZc2");
});

it("waits in the outbox while Slack accepts nothing", async () => {
  await chooseChannel();
  await toldInChannel(harness, announcements, "changed the settings");
  harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  await reassign("Dispatch", incidents, "Slack is down");
  await harness.slack.eventually("a try", () =>
    harness.slack.calls.some(({ method, ok }) => method === "chat.postMessage" && !ok) ? true : undefined,
  );
  expect(saying("Slack is down")).toEqual([]);
  harness.slack.clearFailures();
  await toldInChannel(harness, announcements, "Slack is down");
  expect(saying("Slack is down")).toHaveLength(1);
});

async function settle(settings: WorkspaceSettings): Promise<void> {
  const details = { before: "{}", after: JSON.stringify(settings) };
  await harness.infra.store
    .workspace(teamId)
    .settings.write(settings, { actor: cli, requestId: "test", details });
}

async function chooseChannel(): Promise<void> {
  await settle({ announcementsChannelId: announcements });
}

async function reassign(agent: string, channelId: string, why: string): Promise<void> {
  const omar = person(harness, "U0OPER001");
  await omar.command(`reassign Roadside to "${agent}" because ${why}`, { channelId });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
}

function saying(words: string): readonly SandboxMessage[] {
  return harness.slack.messages(announcements).filter((message) => textOf(message).includes(words));
}
