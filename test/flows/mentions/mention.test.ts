import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import {
  assistance,
  dispatch,
  guest,
  incidents,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";

const stranger = { id: "U0BRAVO01", name: "bea", teamId: "T0BRAVO01" };

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, stranger] }],
  });
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;

/** What the app has posted for everybody in a thread, when that says something. */
const inThread = async (threadTs: string, words: string) =>
  harness.slack.eventually(`a reply in the thread that says “${words}”`, () =>
    harness.slack
      .messages(voiceOps)
      .find((each) => each.threadTs === threadTs && each.user !== operator && textOf(each).includes(words)),
  );

/** A message in the channel, under which a thread can begin. */
const begun = (text = "callers hear nonsense"): string => omar.say(text, { channelId: voiceOps }).ts;

describe("a mention of the app", () => {
  it.each([
    ["@Patchbay show Roadside", "Roadside assistance"],
    ["@Patchbay Roadside", "Roadside assistance"],
    ["@Patchbay history", "No changes yet"],
    ["@Patchbay status", "All clear"],
    ["@Patchbay help", "/number reassign"],
    ["@Patchbay", "/number reassign"],
    ["@omar is on it, @Patchbay show Roadside", "Roadside assistance"],
  ])("is answered in its thread, for everybody there: %s", async (text, words) => {
    const threadTs = begun();
    await omar.mention(text, { channelId: voiceOps, threadTs });
    await inThread(threadTs, words);
    expect(harness.slack.ephemerals(operator)).toEqual([]);
  });

  it("begins a thread under a message in the channel", async () => {
    await omar.mention("@Patchbay show Roadside", { channelId: voiceOps });
    const said = harness.slack.messages(voiceOps).find(({ text }) => text.includes("show Roadside"));
    const reply = await inThread(said?.ts ?? "", "Roadside assistance");
    expect(reply.ephemeral ?? false).toBe(false);
  });

  it("shows now → after, opens the filled form for the person who presses, and keeps the result in the thread", async () => {
    const threadTs = begun();
    const line = "reassign Roadside to Dispatch because it talks nonsense";
    await omar.mention(`@Patchbay ${line}`, { channelId: voiceOps, threadTs });
    const shown = await inThread(threadTs, "Nothing is changed yet");
    expect(textOf(shown)).toContain("*Roadside assistance* → *Dispatch*");
    expect(agentOf(roadside)).toBe(assistance);
    await omar.click("run:0", { in: shown });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await inThread(threadTs, "Reassigned by");
    expect(agentOf(roadside)).toBe(dispatch);
    const entry = await onRecord(harness, { kind: "change.requested", userId: operator });
    expect(entry.reason).toBe("it talks nonsense");
  });
});

describe("a mention that comes to nothing", () => {
  it("is refused to a guest, to that person alone", async () => {
    const threadTs = begun();
    await person(harness, guest).mention("@Patchbay reassign Roadside to Dispatch", {
      channelId: voiceOps,
      threadTs,
    });
    await toldAlone(harness, guest, "You may not change numbers here");
    expect(harness.slack.messages(voiceOps).filter((each) => each.threadTs === threadTs)).toHaveLength(1);
  });

  it("is refused to a person of another organization", async () => {
    await person(harness, stranger.id).mention("@Patchbay show Roadside", { channelId: voiceOps });
    await onRecord(harness, { kind: "action.refused" });
    expect(harness.vendors.cartesia.requests.filter(({ path }) => path.includes(roadside))).toEqual([]);
  });

  it("is answered once, although Slack delivers it again", async () => {
    const event = {
      type: "app_mention",
      user: operator,
      text: "<@U0BOT0001> status",
      ts: begun(),
      channel: voiceOps,
      team: teamId,
    } as const;
    await harness.slack.sendEvent(teamId, event, { eventId: "Ev0MENTION" });
    await inThread(event.ts, "All clear");
    await harness.slack.sendEvent(teamId, event, { eventId: "Ev0MENTION", retry: 1 });
    await harness.stopApp();
    expect(harness.slack.messages(voiceOps).filter(({ threadTs }) => threadTs === event.ts)).toHaveLength(1);
    expect((await harness.audit()).map(({ kind }) => kind)).not.toContain("action.refused");
  });

  it("is not answered when an app wrote it", async () => {
    const event = {
      type: "app_mention",
      user: operator,
      bot_id: "B0OTHER01",
      text: "<@U0BOT0001> status",
      ts: begun(),
      channel: voiceOps,
    } as const;
    const calls = harness.slack.calls.length;
    await harness.slack.sendEvent(teamId, event);
    await harness.stopApp();
    expect(harness.slack.calls.slice(calls).filter(({ method }) => method.startsWith("chat."))).toEqual([]);
  });

  it("shows the whole line that its button runs", async () => {
    const reason = `we test ${"and test ".repeat(60)}the end`;
    const threadTs = begun();
    await omar.mention(`@Patchbay freeze Roadside because ${reason}`, { channelId: voiceOps, threadTs });
    expect(textOf(await inThread(threadTs, "Nothing is changed yet"))).toContain(reason);
  });

  it("says alone that there is no such command, or that a line is too long for a button", async () => {
    await omar.mention("@Patchbay thanks everybody", { channelId: voiceOps });
    await toldAlone(harness, operator, "Unknown command “thanks”");
    await omar.mention(`@Patchbay freeze Roadside because ${"x".repeat(2_000)}`, { channelId: voiceOps });
    const refused = await toldAlone(harness, operator, "This line is too long for a button");
    expect(textOf(refused)).toContain("Use /number freeze instead");
  });

  it("changes nothing by itself, whatever the verb, and says that a number is frozen", async () => {
    const threadTs = begun();
    await omar.mention("@Patchbay freeze Roadside because we test", { channelId: voiceOps, threadTs });
    const shown = await inThread(threadTs, "/number freeze Roadside because we test");
    expect(await harness.infra.store.workspace(teamId).freezes.list()).toEqual([]);
    await omar.click("run:0", { in: shown });
    await onRecord(harness, { kind: "freeze.set" });
    await omar.mention("@Patchbay detach Roadside", { channelId: voiceOps, threadTs });
    await inThread(threadTs, "frozen");
    expect(agentOf(roadside)).toBe(assistance);
  });

  it("is not delivered from a channel without the app", async () => {
    expect(await omar.mention("@Patchbay status", { channelId: incidents })).toBeUndefined();
  });
});
