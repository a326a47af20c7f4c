import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { startIncidents, type IncidentHarness } from "./incident-harness.ts";
import { fastClock } from "../../support/clocks.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { leftOut, opens, patchesSince } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: IncidentHarness;
let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  // Many changes in a row use up a vendor's rate.
  at = await startIncidents([demoWorkspace], fastClock(10).options);
  ({ harness, omar } = at);
});
afterEach(async () => {
  await harness.close();
});

describe("an incident", () => {
  it("has the changes that are made in its channel, from its start to its end", async () => {
    await at.change("reassign Roadside to Dispatch");
    await at.start();
    await at.change("rename Roadside to Night line");
    await at.change("reassign 0152 to Roadside assistance", "C0INCID01");
    await omar.command("incident end", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "was ended by");
    await at.change("rename Night line to Roadside");
    expect((await at.requested()).map(({ incident }) => incident)).toEqual([
      undefined,
      "INC-123",
      undefined,
      undefined,
    ]);
    expect((await harness.audit()).map(({ kind }) => kind)).toContain("incident.started");
    expect(await onRecord(harness, { kind: "incident.ended", userId: operator })).toMatchObject({
      details: { incident: "INC-123" },
    });
  });

  it("is filled into the form, where it can be removed or replaced", async () => {
    await at.start();
    const form = await opens(
      harness,
      omar,
      async () => omar.command("reassign Roadside to Dispatch", { channelId: voiceOps }),
      "*After:*",
    );
    expect(JSON.stringify(form.blocks)).toContain('"initial_value":"INC-123"');
    await omar.fillByLabel("Incident", "INC 9<");
    expect((await omar.submit()).errors).toMatchObject({
      incident: expect.stringContaining("letters, digits"),
    });
    await omar.fillByLabel("Incident", "INC-9");
    expect((await omar.submit()).errors).toMatchObject({
      incident: "There is no incident INC-9. Open now: INC-123",
    });
    expect(patchesSince(harness.vendors.cartesia, 0)).toEqual([]);
  });

  it("is named in a line, anywhere", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch incident inc-123 because it loops", "C0INCID01");
    expect(await at.requested()).toMatchObject([{ incident: "INC-123" }]);
  });

  it("shows its changes, newest first, in pages", async () => {
    await at.start();
    for (const name of ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"])
      await at.change(`rename 0152 to ${name}`);
    await omar.command("incident inc-123", { channelId: "C0INCID01" });
    const timeline = await toldAlone(harness, operator, "started by");
    expect(textOf(timeline)).toContain(`*INC-123* (Calls drop at noon): started by <@${operator}>`);
    expect(textOf(timeline)).toContain("*Eight* → *Nine*");
    expect(textOf(timeline)).not.toContain("*One* → *Two*\n:");
    expect(leftOut(timeline)).toEqual([]);
    await omar.click("incident:older", { in: timeline });
    await harness.slack.eventually("the older page", () =>
      harness.slack.ephemerals(operator).find((message) => textOf(message).includes("*Roadside* → *One*")),
    );
  });

  it("starts from a message, with what it says filled in", async () => {
    const message = { channelId: voiceOps, ts: "1.1", text: "ops-77: calls drop\nsince noon" };
    await opens(harness, omar, async () => omar.messageShortcut("start_incident", message), "belong to it");
    expect(JSON.stringify(omar.view()?.blocks)).toContain('"initial_value":"ops-77"');
    await omar.submit();
    await toldInChannel(harness, voiceOps, "*OPS-77* (ops-77: calls drop) was started");
    await formSays(harness, omar, "is open.");
  });

  it.each([
    ["incident start", "Say which incident"],
    [`incident start ${"A".repeat(65)}`, "at most 64 characters"],
    ["incident start <b>1</b> x", "letters, digits"],
    ["incident start INC-123 again", "INC-123 was started before and is open"],
    ["incident start INC-124", "INC-123 is open in this conversation"],
    [`incident start INC-125 ${"x".repeat(151)}`, "at most 150 characters"],
    ["incident INC-9", "There is no incident INC-9."],
    ["incident end INC-9", "There is no incident INC-9."],
    ["incident revert INC-9", "There is no incident INC-9."],
    ["incident revert *x*", "letters, digits"],
  ])("is told in words, with nothing changed, what is wrong with “%.40s”", async (line, words) => {
    await at.start();
    const before = (await harness.audit()).length;
    await omar.command(line, { channelId: voiceOps });
    if (line.includes("revert INC-9")) await formSays(harness, omar, words);
    else await toldAlone(harness, operator, words);
    const since = (await harness.audit()).slice(before);
    expect(since.filter(({ kind }) => kind !== "action.refused")).toEqual([]);
  });

  it("says that there is none here, and which are open elsewhere", async () => {
    await omar.command("incident", { channelId: voiceOps });
    await toldAlone(
      harness,
      operator,
      "No incident is open in this conversation. /number incident start INC-123",
    );
    await at.start("INC-7", "C0INCID01");
    await omar.command("incident", { channelId: voiceOps });
    await toldAlone(harness, operator, "Did you mean /number incident INC-7");
    expect((await harness.audit()).filter(({ kind }) => kind === "incident.started")).toHaveLength(1);
  });

  it.each(["incident start INC-1", "incident end INC-123", "incident revert INC-123"])(
    "is not for a guest: %s",
    async (line) => {
      await at.start();
      const guest = person(harness, "U0GUEST01");
      await guest.command(line, { channelId: voiceOps });
      expect(
        await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" }),
      ).toBeDefined();
    },
  );
});

describe("the end of an incident", () => {
  it("posts a summary, offers the revert, and uploads the timeline to its thread", async () => {
    const started = await at.start();
    await at.change("reassign Roadside to Dispatch because of | pipes");
    await omar.command("incident end", { channelId: voiceOps });
    const told = await toldInChannel(harness, voiceOps, "*1 not reverted*");
    expect(textOf(told)).toContain(
      `*INC-123* (Calls drop at noon) was ended by <@${operator}>, less than a minute after`,
    );
    expect(textOf(told)).toContain("can be restored: *Dispatch* → *Roadside assistance*");
    expect(leftOut(told)).toEqual([]);
    const shared = await harness.slack.eventually("the file", () =>
      harness.slack.messages(voiceOps).find(({ files }) => files),
    );
    expect(shared.threadTs).toBe(started.ts);
    const [file] = shared.files ?? [];
    expect(file?.filename).toBe("INC-123.md");
    expect(file?.content).toContain("# INC-123: Calls drop at noon");
    expect(file?.content).toMatch(
      /\| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| omar \(U0OPER001\) \| Roadside \(\+1 214 555 0152\) at cartesia demo \| reassign: Agent Roadside assistance \(agent\\_5kR9wXd8\) → Dispatch \(agent\\_7hN4pZc2\) \| applied \| of \\\| pipes \| chg_/u,
    );
    expect(file?.content).not.toContain("<@");
    // E7
    expect(file?.content).toContain("by omar (U0OPER001)");
    await omar.click("incident:revert", { in: told });
    await formSays(harness, omar, "will be restored");
    await omar.submit();
    await toldInChannel(harness, voiceOps, "Everything is back.");
  });

  it("posts the timeline as messages without the scope for files", async () => {
    await harness.close();
    const scopes = ["commands", "chat:write", "users:read"];
    at = await startIncidents([{ ...demoWorkspace, scopes }]);
    ({ harness, omar } = at);
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await omar.command("incident end INC-123", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "was ended by");
    const timeline = await toldInChannel(harness, voiceOps, "What was done, oldest first");
    expect(textOf(timeline)).toContain("*Roadside assistance* → *Dispatch*");
    expect(harness.slack.messages(voiceOps).some(({ files }) => files)).toBe(false);
  });

  it("happens once, and can be summarized again", async () => {
    await at.start();
    await omar.command("incident end", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "*all reverted*");
    await omar.command("incident end INC-123", { channelId: voiceOps });
    await toldAlone(harness, operator, "INC-123 has ended already.");
    await omar.command("incident INC-123", { channelId: voiceOps });
    const timeline = await toldAlone(harness, operator, "Nothing was changed for it.");
    const before = harness.slack.messages(voiceOps).length;
    await omar.click("incident:summary", { in: timeline });
    await harness.slack.eventually("another summary", () =>
      harness.slack
        .messages(voiceOps)
        .slice(before)
        .find((message) => textOf(message).includes("was ended by")),
    );
    expect((await harness.audit()).filter(({ kind }) => kind === "incident.ended")).toHaveLength(1);
  });
});
