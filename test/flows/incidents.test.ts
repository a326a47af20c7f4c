import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../src/demo/house.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import { sendInteraction, submission } from "../support/crafted.ts";
import { onRecord, toldDirectly } from "../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../support/screen.ts";
import { leftOut, opens, patchesSince, quiet } from "../support/words.ts";

const operator = "U0OPER001";
const channelId = "C0VOICE01";
const roadside = "pn_B6d1Vz5H";

let house: House;
beforeEach(async () => {
  house = await startHouse({ connected: ["cartesia", "dialnexa"], logTo: quiet });
});
afterEach(async () => {
  await house.close();
});

const omar = () => person(house, operator);
const agentOf = (id: string) => house.vendors.cartesia.effective(id).agentId;

/** Opens a change form by a line and submits it; gives the message that told of it. */
async function change(line: string, where = channelId): Promise<SandboxMessage> {
  const before = house.slack.messages(where).length;
  await opens(house, omar(), async () => omar().command(line, { channelId: where }), "*Now:*");
  await omar().submit();
  return house.slack.eventually(`the end of “${line}”`, () =>
    house.slack
      .messages(where)
      .slice(before)
      .find((message) => textOf(message).includes(" was re")),
  );
}

async function start(key = "INC-123", where = channelId): Promise<SandboxMessage> {
  await omar().command(`incident start ${key} Calls drop at noon`, { channelId: where });
  return toldInChannel(house, where, `*${key}* (Calls drop at noon) was started by <@${operator}>`);
}

/** Opens the preview of the revert that a line asks for. */
async function preview(line = "incident revert", words = "will be put back"): Promise<string> {
  return textOf(await opens(house, omar(), async () => omar().command(line, { channelId }), words));
}

const requested = async () =>
  (await house.audit())
    .filter(({ kind }) => kind === "change.requested")
    .map(({ details }) => ({
      incident: details?.["incident"],
      undoes: details?.["undoes"],
      for: details?.["for"],
    }));

describe("an incident", () => {
  it("has the changes that are made in its channel, from its start to its end", async () => {
    await change("reassign Roadside to Dispatch");
    await start();
    await change("rename Roadside to Night line");
    await change("reassign 0152 to Roadside assistance", "C0INCID01");
    await omar().command("incident end", { channelId });
    await toldInChannel(house, channelId, "was ended by");
    await change("rename Night line to Roadside");
    expect((await requested()).map(({ incident }) => incident)).toEqual([
      undefined,
      "INC-123",
      undefined,
      undefined,
    ]);
    expect((await house.audit()).map(({ kind }) => kind)).toContain("incident.started");
    expect(await onRecord(house, { kind: "incident.ended", userId: operator })).toMatchObject({
      details: { incident: "INC-123" },
    });
  });

  it("is named in the form, where it can be taken out or another one put in", async () => {
    await start();
    const form = await opens(
      house,
      omar(),
      async () => omar().command("reassign Roadside to Dispatch", { channelId }),
      "*After:*",
    );
    expect(JSON.stringify(form.blocks)).toContain('"initial_value":"INC-123"');
    await omar().fillByLabel("Incident", "INC 9<");
    expect((await omar().submit()).errors).toMatchObject({
      incident: expect.stringContaining("letters, digits"),
    });
    await omar().fillByLabel("Incident", "INC-9");
    await omar().submit();
    await formSays(house, omar(), "There is no incident INC-9.");
    expect(await onRecord(house, { kind: "change.refused", code: "not_found" })).toBeDefined();
    expect(patchesSince(house.vendors.cartesia, 0)).toEqual([]);
  });

  it("is named in a line, anywhere", async () => {
    await start();
    await change("reassign Roadside to Dispatch incident inc-123 because it loops", "C0INCID01");
    expect(await requested()).toMatchObject([{ incident: "INC-123" }]);
  });

  it("shows its changes, newest first, in pages", async () => {
    await start();
    for (const name of ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"])
      await change(`rename 0152 to ${name}`);
    await omar().command("incident inc-123", { channelId: "C0INCID01" });
    const timeline = await toldAlone(house, operator, "started by");
    expect(textOf(timeline)).toContain(`*INC-123* (Calls drop at noon): started by <@${operator}>`);
    expect(textOf(timeline)).toContain("*Eight* → *Nine*");
    expect(textOf(timeline)).not.toContain("*One* → *Two*\n:");
    expect(leftOut(timeline)).toEqual([]);
    await omar().click("incident:older", { in: timeline });
    await house.slack.eventually("the older page", () =>
      house.slack.ephemerals(operator).find((message) => textOf(message).includes("*Roadside* → *One*")),
    );
  });

  it("starts from a message, with what it says filled in", async () => {
    const message = { channelId, ts: "1.1", text: "ops-77: calls drop\nsince noon" };
    await opens(house, omar(), async () => omar().messageShortcut("start_incident", message), "belong to it");
    expect(JSON.stringify(omar().view()?.blocks)).toContain('"initial_value":"ops-77"');
    await omar().submit();
    await toldInChannel(house, channelId, "*OPS-77* (ops-77: calls drop) was started");
    await formSays(house, omar(), "is open.");
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
    await start();
    const before = (await house.audit()).length;
    await omar().command(line, { channelId });
    if (line.includes("revert INC-9")) await formSays(house, omar(), words);
    else await toldAlone(house, operator, words);
    const since = (await house.audit()).slice(before);
    expect(since.filter(({ kind }) => kind !== "action.refused")).toEqual([]);
  });

  it("is told where there is none, and which are open elsewhere", async () => {
    await omar().command("incident", { channelId });
    await toldAlone(
      house,
      operator,
      "No incident is open in this conversation. /number incident start INC-123",
    );
    await start("INC-7", "C0INCID01");
    await omar().command("incident", { channelId });
    await toldAlone(house, operator, "Did you mean /number incident INC-7");
    expect((await house.audit()).filter(({ kind }) => kind === "incident.started")).toHaveLength(1);
  });

  it.each(["incident start INC-1", "incident end INC-123", "incident revert INC-123"])(
    "is not for a guest: %s",
    async (line) => {
      await start();
      const guest = person(house, "U0GUEST01");
      await guest.command(line, { channelId });
      expect(
        await onRecord(house, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" }),
      ).toBeDefined();
    },
  );
});

describe("the revert of an incident", () => {
  it("puts each number back to what it was before the first of its changes, once, on record", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await change("rename Roadside to Night line");
    await change("reassign 0152 to Holding message");
    const shown = await preview();
    expect(shown).toContain("*2 changes will be put back*");
    expect(shown).toContain("*Holding message* → *Roadside assistance*");
    const { delivery } = await omar().submit();
    await house.slack.redeliver(delivery);
    await toldInChannel(house, channelId, "2 of 2 changes put back. Nothing is left.");
    await formSays(house, omar(), "was put back: *Holding message* → *Roadside assistance*");
    expect(agentOf(roadside)).toBe("agent_5kR9wXd8");
    expect(house.vendors.cartesia.effective(roadside).name).toBe("Roadside");
    expect(patchesSince(house.vendors.cartesia, 0)).toHaveLength(5);
    const changes = (await requested()).slice(3);
    expect(changes).toEqual([
      { incident: "INC-123", undoes: expect.stringMatching(/^chg_/u), for: operator },
      { incident: "INC-123", undoes: expect.stringMatching(/^chg_/u), for: operator },
    ]);
    expect(await onRecord(house, { kind: "incident.reverted", userId: operator })).toMatchObject({
      details: { incident: "INC-123", changes: "2" },
    });
    expect(await preview("incident revert", "already is as before")).toContain("Nothing can be put back");
  });

  it("leaves alone what somebody has changed since, and says who", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await change("rename Roadside to Night line", channelId);
    house.vendors.cartesia.changeNumber(roadside, { label: "Elsewhere" });
    await change("reassign 0152 to Holding message", "C0INCID01");
    const shown = await preview("incident revert", "left as it is");
    expect(shown).toContain(`was changed by <@${operator}> since (\`chg_`);
    expect(shown).toContain("was changed elsewhere since");
    expect(shown).toContain("Nothing can be put back");
    expect(omar().view()?.["submit"]).toBeNull();
    expect(agentOf(roadside)).toBe("agent_2mB6tYf1");
  });

  it("does not touch a number that moved between the preview and the confirmation, and stays open for it", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await preview();
    house.vendors.cartesia.changeNumber(roadside, { agent: { id: "agent_2mB6tYf1" } });
    await omar().submit();
    const told = await toldInChannel(house, channelId, "0 of 1 change put back. 1 change is left.");
    expect(textOf(told)).toContain("no longer as you saw it");
    expect(textOf(told)).toContain("*By hand*, for *Roadside*");
    expect(leftOut(told)).toEqual([]);
    expect(agentOf(roadside)).toBe("agent_2mB6tYf1");
    await omar().click("incident:revert", { in: told });
    await formSays(house, omar(), "was changed elsewhere since");
  });

  it("says what cannot be put back, with the steps by hand, and puts back the rest", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await change("reassign 0147 to Night desk");
    house.vendors.cartesia.deleteAgent("agent_5kR9wXd8");
    const shown = await preview();
    expect(shown).toContain("*1 change will be put back*");
    expect(shown).toContain("The agent Roadside assistance cannot answer a number: it is deleted.");
    expect(shown).toContain("Set Agent: *Roadside assistance* (id `agent_5kR9wXd8`)");
    expect(shown).toContain("In the Cartesia playground");
    await omar().submit();
    await toldInChannel(house, channelId, "1 of 1 change put back. 1 change is left.");
  });

  it("goes on with the others when one vendor is down, and can be asked for again", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await change("reassign 0147 to Night desk");
    house.vendors.dialnexa.fault({ kind: "status", status: 503 });
    const shown = await preview();
    expect(shown).toContain("could not be looked at. DialNexa has a fault of its own (503).");
    await omar().submit();
    const told = await toldInChannel(house, channelId, "1 of 1 change put back. 1 change is left.");
    house.vendors.dialnexa.clearFaults();
    await omar().click("incident:revert", { in: told });
    await formSays(house, omar(), "*Night desk* → *Front desk*");
    await omar().submit();
    await toldInChannel(house, channelId, "1 of 1 change put back. Nothing is left.");
  });

  it("is not for whoever it was not shown to", async () => {
    await start();
    await change("reassign Roadside to Dispatch");
    await preview();
    const revertId = house.slack.calls
      .flatMap(({ args }) => /rev_\w+/u.exec(JSON.stringify(args))?.[0] ?? [])
      .at(-1);
    const ada = { userId: "U0ADMIN01", teamId: "T0PATCH01" };
    const form = { callbackId: "revert_incident", metadata: { from: {}, revertId }, values: {} };
    await sendInteraction(house, submission(ada, form));
    await toldDirectly(house, ada.userId, "This revert was shown to somebody else.");
    await onRecord(house, { kind: "action.refused", code: "not_allowed", userId: ada.userId });
    expect(await house.ground.store.workspace("T0PATCH01").reverts.running()).toEqual([]);
    expect(agentOf(roadside)).toBe("agent_7hN4pZc2");
  });
});

describe("the end of an incident", () => {
  it("tells what it has come to, offers the revert, and puts the timeline into a file in its thread", async () => {
    const started = await start();
    await change("reassign Roadside to Dispatch because of | pipes");
    await omar().command("incident end", { channelId });
    const told = await toldInChannel(house, channelId, "*1 change not as before*");
    expect(textOf(told)).toContain(
      `*INC-123* (Calls drop at noon) was ended by <@${operator}>, less than a minute after`,
    );
    expect(textOf(told)).toContain("can be put back: *Dispatch* → *Roadside assistance*");
    expect(leftOut(told)).toEqual([]);
    const shared = await house.slack.eventually("the file", () =>
      house.slack.messages(channelId).find(({ files }) => files),
    );
    expect(shared.threadTs).toBe(started.ts);
    const [file] = shared.files ?? [];
    expect(file?.filename).toBe("INC-123.md");
    expect(file?.content).toContain("# INC-123: Calls drop at noon");
    expect(file?.content).toMatch(
      /\| \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| U0OPER001@T0PATCH01 \| Roadside \(\+1 214 555 0152\) at cartesia demo \| reassign: Agent Roadside assistance \(agent\\_5kR9wXd8\) → Dispatch \(agent\\_7hN4pZc2\) \| applied \| of \\\| pipes \| chg_/u,
    );
    expect(file?.content).not.toContain("<@");
    await omar().click("incident:revert", { in: told });
    await formSays(house, omar(), "will be put back");
    await omar().submit();
    await toldInChannel(house, channelId, "Nothing is left.");
  });

  it("tells the timeline in messages where files are not granted", async () => {
    await house.close();
    const scopes = ["commands", "chat:write", "users:read"];
    house = await startHouse({
      connected: ["cartesia"],
      workspaces: [{ ...demoWorkspace, scopes }],
      logTo: quiet,
    });
    await start();
    await change("reassign Roadside to Dispatch");
    await omar().command("incident end INC-123", { channelId });
    await toldInChannel(house, channelId, "was ended by");
    const timeline = await toldInChannel(house, channelId, "What was done, oldest first");
    expect(textOf(timeline)).toContain("*Roadside assistance* → *Dispatch*");
    expect(house.slack.messages(channelId).some(({ files }) => files)).toBe(false);
  });

  it("comes once, and can be summed up again", async () => {
    await start();
    await omar().command("incident end", { channelId });
    await toldInChannel(house, channelId, "*All is as before.*");
    await omar().command("incident end INC-123", { channelId });
    await toldAlone(house, operator, "INC-123 has ended already.");
    await omar().command("incident INC-123", { channelId });
    const timeline = await toldAlone(house, operator, "Nothing was changed for it.");
    const before = house.slack.messages(channelId).length;
    await omar().click("incident:summary", { in: timeline });
    await house.slack.eventually("another summary", () =>
      house.slack
        .messages(channelId)
        .slice(before)
        .find((message) => textOf(message).includes("was ended by")),
    );
    expect((await house.audit()).filter(({ kind }) => kind === "incident.ended")).toHaveLength(1);
  });
});
