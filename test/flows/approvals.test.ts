import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../src/demo/house.ts";
import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import { press, sendInteraction, formState, submission } from "../support/crafted.ts";
import { onRecord, toldDirectly } from "../support/record.ts";
import { protectNumber, settle } from "../support/protected.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../support/screen.ts";
import { leftOut } from "../support/words.ts";

const line = "reassign Roadside to Dispatch because it talks nonsense";
const incidents = "C0INCID01";
const approvalsChannel = "C0VOICE01";
const roadside = "pn_B6d1Vz5H";
const dispatch = "agent_7hN4pZc2";
const second = { id: "U0ADMIN02", name: "abe", isAdmin: true };

let house: House;
let omar: SlackPerson;
let ada: SlackPerson;
let passed: number;
beforeEach(async () => {
  passed = 0;
  house = await startHouse({
    workspaces: [
      { ...demoWorkspace, users: [...demoWorkspace.users, second, { id: "U0MIA0001", name: "mia" }] },
    ],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent", VENDOR_TIMEOUT_MS: "300" },
    now: () => new Date(Date.now() + passed),
    approvalsEveryMs: 20,
  });
  omar = person(house, "U0OPER001");
  ada = person(house, "U0ADMIN01");
  await protectNumber(house, roadside, { channelId: approvalsChannel });
});
afterEach(async () => {
  await house.close();
});

const patches = (): number =>
  house.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
const answering = (): string | null => house.vendors.cartesia.effective(roadside).agentId;
const kinds = async (kind: string): Promise<number> =>
  (await house.audit()).filter((entry) => entry.kind === kind).length;

/** Asks for approval with the usual form; gives the message that asks. */
async function asks() {
  await omar.command(line, { channelId: incidents });
  const form = await formSays(house, omar, "After:");
  expect(textOf(form)).toContain("This number is protected");
  expect(JSON.stringify(form)).toContain("Ask for approval");
  await omar.submit();
  await formSays(house, omar, "waits for approval");
  return toldInChannel(house, approvalsChannel, "asks for approval");
}

/** Presses a button of the newest request, whatever any screen shows. */
async function presses(userId: string, action: string, from = demoWorkspace.teamId): Promise<void> {
  await sendInteraction(
    house,
    press({ userId, teamId: from, installedIn: demoWorkspace.teamId }, action, await requestId()),
  );
}

async function requestId(): Promise<string> {
  const { details } = await onRecord(house, { kind: "approval.requested" });
  return details?.["approval"] ?? "";
}

describe("a change of a protected number", () => {
  it("becomes a request that says what, now → after, why, who and until when", async () => {
    const message = await asks();
    const words = textOf(message);
    expect(words).toContain("<@U0OPER001> asks for approval to *reassign* *Roadside*");
    expect(words).toContain("*Roadside assistance* → *Dispatch*");
    expect(words).toContain("Why: it talks nonsense");
    expect(words).toMatch(/decides until <!date\^/u);
    expect(leftOut(message)).toEqual([]);
    expect(patches()).toBe(0);
    const entry = await onRecord(house, { kind: "approval.requested" });
    expect(entry).toMatchObject({
      change: "reassign",
      reason: "it talks nonsense",
      wanted: { agent: dispatch },
    });
    expect(await kinds("change.refused")).toBe(0);
  });

  it("is made once when somebody else approves it, and everybody sees who", async () => {
    const message = await asks();
    await ada.click("approve", { in: message });
    const told = await toldInChannel(house, incidents, "was reassigned");
    expect(textOf(told)).toContain("by <@U0OPER001>, approved by <@U0ADMIN01>");
    const updated = await toldInChannel(house, approvalsChannel, "Approved by <@U0ADMIN01>");
    expect({ ts: updated.ts, buttons: JSON.stringify(updated.blocks).includes('"approve"') }).toEqual({
      ts: message.ts,
      buttons: false,
    });
    await formSays(house, omar, "was reassigned");
    expect({ patches: patches(), answering: answering() }).toEqual({ patches: 1, answering: dispatch });
    const { details, actor } = await onRecord(house, { kind: "change.outcome" });
    expect(details).toMatchObject({ approvedBy: "U0ADMIN01", approval: expect.stringMatching(/^apr_/u) });
    expect(actor).toMatchObject({ userId: "U0OPER001" });
    expect(await onRecord(house, { kind: "approval.approved", userId: "U0ADMIN01" })).toMatchObject({
      details: { for: "U0OPER001" },
    });
  });

  it("is made once when two approve it at once, each twice", async () => {
    const message = await asks();
    const abe = person(house, second.id);
    await Promise.all([ada, ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await toldInChannel(house, incidents, "was reassigned");
    await house.slack.eventually("three refusals", async () => {
      const entries = (await house.audit()).filter(({ problem }) => problem?.code === "already_requested");
      return entries.length === 3;
    });
    expect([patches(), await kinds("change.requested"), await kinds("approval.approved")]).toEqual([1, 1, 1]);
    await house.stopApp();
    expect(house.slack.messages(incidents)).toHaveLength(1);
  });

  it("is not made when it is declined, and who asked reads the comment", async () => {
    const message = await asks();
    await ada.click("decline", { in: message });
    await formSays(house, ada, "Comment");
    await ada.fill("comment", "Use *Night Bot* instead");
    await ada.submit();
    await formSays(house, ada, "You declined it");
    const told = await toldInChannel(house, incidents, "Declined by <@U0ADMIN01>");
    expect(textOf(told)).toContain("Night Bot");
    expect(textOf(told)).toContain("*not* done");
    await toldInChannel(house, approvalsChannel, "Declined by <@U0ADMIN01>");
    expect(await onRecord(house, { kind: "approval.declined" })).toMatchObject({
      details: { comment: "Use *Night Bot* instead" },
    });
    await presses("U0ADMIN01", "approve");
    await toldDirectly(house, "U0ADMIN01", "This request was declined before");
    expect(patches()).toBe(0);
  });

  it("is over after its time, once, also when the app was stopped then", async () => {
    await asks();
    await house.stopApp();
    passed = 31 * 60_000;
    await house.startApp();
    await toldInChannel(house, incidents, "Nobody approved it in time");
    await toldInChannel(house, approvalsChannel, "Nobody approved it in time");
    await presses("U0ADMIN01", "approve");
    await toldDirectly(house, "U0ADMIN01", "This request is over");
    await onRecord(house, { kind: "action.refused", code: "approval_required" });
    expect([patches(), await kinds("approval.expired")]).toEqual([0, 1]);
  });

  it("is not made when the number was changed since, and both are told", async () => {
    const message = await asks();
    house.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mQ8sVn4" });
    await ada.click("approve", { in: message });
    await toldInChannel(house, approvalsChannel, "no longer as you saw it");
    await toldInChannel(house, incidents, "no longer as you saw it");
    expect(await onRecord(house, { kind: "change.refused", code: "conflict" })).toMatchObject({
      details: { approvedBy: "U0ADMIN01" },
    });
    await house.stopApp();
    await house.startApp();
    expect(patches()).toBe(0);
  });

  it("is asked of each approver where there is no channel", async () => {
    await protectNumber(house, roadside);
    await omar.command(line, { channelId: incidents });
    await formSays(house, omar, "After:");
    await omar.submit();
    const message = await toldDirectly(house, "U0ADMIN01", "asks for approval");
    await toldDirectly(house, second.id, "asks for approval");
    await ada.click("approve", { in: message });
    await toldInChannel(house, incidents, "was reassigned");
    await toldDirectly(house, second.id, "Approved by <@U0ADMIN01>");
    expect(patches()).toBe(1);
  });

  it("waits until a freeze is lifted, and can be approved then", async () => {
    const message = await asks();
    await ada.command("freeze all because we migrate", { channelId: incidents });
    await onRecord(house, { kind: "freeze.set" });
    await ada.click("approve", { in: message });
    await toldAlone(house, "U0ADMIN01", "This number is frozen");
    await ada.command("unfreeze all", { channelId: incidents });
    await onRecord(house, { kind: "freeze.lifted" });
    await ada.click("approve", { in: message });
    await toldInChannel(house, incidents, "was reassigned");
    expect(patches()).toBe(1);
  });

  it("settles itself when nobody knows whether it took effect", async () => {
    const message = await asks();
    house.vendors.cartesia.fault({ kind: "hang" }, { on: "write" });
    await ada.click("approve", { in: message });
    await toldInChannel(house, approvalsChannel, "it is unknown whether it took effect");
    house.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
    house.vendors.cartesia.clearFaults();
    await toldDirectly(house, "U0OPER001", "It did take effect");
    expect(patches()).toBe(1);
  });
});

describe("a request for approval", () => {
  it("is not approved by who asked for it, though an approver, not with a crafted click either", async () => {
    const abe = person(house, second.id);
    await abe.command(line, { channelId: incidents });
    await formSays(house, abe, "After:");
    await abe.submit();
    await formSays(house, abe, "waits for approval");
    await presses(second.id, "approve");
    await toldDirectly(house, second.id, "You asked for this change, so somebody else has to decide");
    await presses(second.id, "decline");
    await onRecord(house, { kind: "action.refused", code: "not_allowed", userId: second.id });
    expect([patches(), await kinds("approval.approved")]).toEqual([0, 0]);
  });

  it.each([
    ["an operator who is no approver", "U0MIA0001"],
    ["who asked, an operator", "U0OPER001"],
    ["a guest", "U0GUEST01"],
  ])("is decided by nobody who may not: %s", async (_who, userId) => {
    const message = await asks();
    await presses(userId, "approve");
    await onRecord(house, { kind: "action.refused", code: "not_allowed", userId });
    await person(house, userId).click("decline", { in: message });
    await sendInteraction(
      house,
      submission(
        { userId, teamId: demoWorkspace.teamId },
        { callbackId: "decline", metadata: { approvalId: await requestId() }, values: {} },
      ),
    );
    await house.slack.eventually("three refusals", async () => {
      const refusals = (await house.audit()).filter(
        ({ kind, actor }) => kind === "action.refused" && actor.kind === "user" && actor.userId === userId,
      );
      return refusals.length === 3;
    });
    expect([patches(), await kinds("approval.approved"), await kinds("approval.declined")]).toEqual([
      0, 0, 0,
    ]);
  });

  it("is decided by nobody of another organisation", async () => {
    await asks();
    await presses("U0ELSE001", "approve", "T0ELSE001");
    await onRecord(house, { kind: "action.refused", code: "not_allowed", userId: "U0ELSE001" });
    expect([patches(), await kinds("approval.approved")]).toEqual([0, 0]);
  });

  it("that there is none of is told so", async () => {
    await sendInteraction(
      house,
      press({ userId: "U0ADMIN01", teamId: demoWorkspace.teamId }, "approve", "apr_madeup"),
    );
    await toldDirectly(house, "U0ADMIN01", "There is no such request for approval");
    expect(await onRecord(house, { kind: "action.refused", code: "not_found" })).toBeDefined();
  });

  it("is not carried out for somebody who may change numbers no more", async () => {
    const message = await asks();
    await settle(house, {
      roles: { operator: { slackAdmins: true, members: false, people: [], groups: [] } },
    });
    await ada.click("approve", { in: message });
    await toldInChannel(house, approvalsChannel, "You may not change numbers here");
    expect(
      await onRecord(house, { kind: "change.refused", code: "not_allowed", userId: "U0OPER001" }),
    ).toMatchObject({
      details: { approvedBy: "U0ADMIN01" },
    });
    expect(patches()).toBe(0);
  });

  it("is not carried out when its connection was removed meanwhile", async () => {
    const message = await asks();
    await house.ground.store
      .workspace(demoWorkspace.teamId)
      .vault.remove(house.connections.cartesia?.id ?? "");
    await ada.click("approve", { in: message });
    await toldInChannel(house, approvalsChannel, "There is no such connection any more");
    expect(patches()).toBe(0);
  });

  it("can still be approved when approvals were switched off meanwhile", async () => {
    const message = await asks();
    await settle(house, { protection: undefined });
    await ada.click("approve", { in: message });
    await toldInChannel(house, incidents, "was reassigned");
    expect(patches()).toBe(1);
  });

  it("is one request when its form is sent twice", async () => {
    await omar.command(line, { channelId: incidents });
    await formSays(house, omar, "After:");
    await Promise.all([omar.submit(), omar.submit()]);
    await formSays(house, omar, "waits for approval");
    await onRecord(house, { kind: "change.refused", code: "already_requested" });
    expect(await kinds("approval.requested")).toBe(1);
  });

  it("is not needed for a number that nobody protected, nor while approvals are switched off", async () => {
    await settle(house, { protection: undefined });
    await omar.command(line, { channelId: incidents });
    await formSays(house, omar, "After:");
    await omar.submit();
    await toldInChannel(house, incidents, "was reassigned");
    expect([patches(), await kinds("approval.requested")]).toEqual([1, 0]);
  });

  it("is made of a form sent by hand too, and of all numbers of a protected connection", async () => {
    const connectionId = house.connections.cartesia?.id ?? "";
    await protectNumber(house, undefined, { channelId: approvalsChannel });
    await settle(house, { protection: { on: true, minutes: 30, breakGlass: false } });
    const values = { number: `${connectionId}/${roadside}`, agent: dispatch };
    const metadata = formState("reassign", {
      connectionId,
      numberId: roadside,
      seen: { agent: "agent_5kR9wXd8" },
    });
    const from = { userId: "U0OPER001", teamId: demoWorkspace.teamId };
    await sendInteraction(house, submission(from, { callbackId: "reassign", metadata, values }));
    await onRecord(house, { kind: "approval.requested" });
    expect(patches()).toBe(0);
  });
});

describe("a process that dies", () => {
  it("leaves an approved change to the next one, which makes it once", async () => {
    await asks();
    const id = await requestId();
    await house.stopApp();
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    await house.startApp();
    await toldInChannel(house, incidents, "was reassigned");
    await house.stopApp();
    await house.startApp();
    expect([patches(), await kinds("change.requested")]).toEqual([1, 1]);
    expect((await approvals.find(id))?.state).toBe("over");
  });

  it("for longer than the request stands makes the change no more", async () => {
    await asks();
    const id = await requestId();
    await house.stopApp();
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    const by = { kind: "user", userId: "U0ADMIN01", workspaceId: demoWorkspace.teamId } as const;
    const decision = { state: "approved", by, at: new Date().toISOString() } as const;
    await approvals.decide(id, decision, { kind: "approval.approved", actor: by, requestId: "req_killed" });
    passed = 5 * 60 * 60_000;
    await house.startApp();
    await toldInChannel(house, incidents, "Patchbay was stopped before it could make the change");
    expect([patches(), await kinds("change.requested")]).toEqual([0, 0]);
  });

  it("after a refusal never makes the change at its next start", async () => {
    await asks();
    const id = await requestId();
    house.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mQ8sVn4" });
    house.slack.fail("chat.update", { hang: true });
    await presses("U0ADMIN01", "approve");
    await onRecord(house, { kind: "change.refused", code: "conflict" });
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    await house.slack.eventually("its end", async () => (await approvals.find(id))?.state === "over");
    house.slack.clearFailures();
    await toldInChannel(house, incidents, "no longer as you saw it");
    expect(patches()).toBe(0);
  });

  it("after the record leaves telling to the next one, and nothing is sent again", async () => {
    await asks();
    const id = await requestId();
    house.slack.fail("chat.update", { hang: true });
    await presses("U0ADMIN01", "approve");
    await onRecord(house, { kind: "change.outcome" });
    const { approvals } = house.ground.store.workspace(demoWorkspace.teamId);
    expect((await approvals.find(id))?.state).toBe("approved");
    house.slack.clearFailures();
    await toldInChannel(house, incidents, "was reassigned");
    await house.stopApp();
    expect((await approvals.find(id))?.state).toBe("over");
    expect(patches()).toBe(1);
  });
});
