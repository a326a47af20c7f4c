import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { dispatch, incidents, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { protectNumber, settle, freezeAll } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const line = "reassign Roadside to Dispatch";
const second = { id: "U0ADMIN02", name: "abe", isAdmin: true };

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, second] }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  omar = person(harness, "U0OPER001");
  ada = person(harness, "U0ADMIN01");
});
afterEach(async () => {
  await harness.close();
});

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** Opens the form, chooses break-glass, and sends it with a reason. */
async function breaks(who: SlackPerson): Promise<void> {
  await who.command(line, { channelId: incidents });
  await formSays(harness, who, "Break glass");
  await who.click("break_glass");
  await formSays(harness, who, "You take sole responsibility");
  if (!textOf(who.view()).includes("*After:*"))
    await who.choose("agent", { text: "Dispatch", value: dispatch });
  await who.fill("reason", "callers are waiting");
  await who.submit();
}

/** Sends a form that breaks the glass, whatever any screen offers. */
async function breaksByHand(userId: string, reason?: string): Promise<void> {
  const connectionId = harness.connections.cartesia?.id ?? "";
  const state = formState("reassign", {
    connectionId,
    numberId: roadside,
    seen: { agent: "agent_5kR9wXd8" },
  });
  const values = { number: `${connectionId}/${roadside}`, agent: dispatch, ...(reason ? { reason } : {}) };
  const metadata = { ...state, breakGlass: true };
  await sendInteraction(
    harness,
    submission({ userId, teamId }, { callbackId: "reassign", metadata, values }),
  );
}

describe("a protected number where the workspace allows break-glass", () => {
  beforeEach(async () => protectNumber(harness, roadside, { channelId: voiceOps, breakGlass: true }));

  it("can be changed by one operator, announced, recorded, and to be reviewed", async () => {
    await protectNumber(harness, roadside, { channelId: voiceOps, breakGlass: true, approvals: 2 });
    await breaks(omar);
    expect(textOf(await toldInChannel(harness, incidents, "Reassigned by"))).toContain("*by break-glass*");
    const loud = await toldInChannel(harness, voiceOps, "*Break glass* by <@U0OPER001>");
    expect(textOf(loud)).toContain("without the two approvals that the number wants");
    expect(textOf(loud)).toContain("Why: callers are waiting");
    await toldDirectly(harness, "U0ADMIN01", "*Break glass* by <@U0OPER001>");
    await toldDirectly(harness, second.id, "*Break glass* by <@U0OPER001>");
    expect(await onRecord(harness, { kind: "change.requested" })).toMatchObject({
      details: { breakGlass: "yes", wanted: "2" },
      reason: "callers are waiting",
    });
    await ada.command("reviews", { channelId: incidents });
    const list = await toldAlone(harness, "U0ADMIN01", "1 use of break glass");
    await ada.click("reviewed", { in: list });
    await toldAlone(harness, "U0ADMIN01", "You reviewed the break-glass change");
    expect(await onRecord(harness, { kind: "breakglass.reviewed", userId: "U0ADMIN01" })).toMatchObject({
      change: "reassign",
    });
    await ada.command("reviews", { channelId: incidents });
    await toldAlone(harness, "U0ADMIN01", "No use of break glass is awaiting review");
  });

  it("requires a reason in the form, and lets the person change their mind", async () => {
    await omar.command(line, { channelId: incidents });
    await formSays(harness, omar, "Break glass");
    await omar.click("break_glass");
    const form = await formSays(harness, omar, "You take sole responsibility");
    expect(form.submit).toMatchObject({ text: "Break glass and reassign" });
    expect(JSON.stringify(form.blocks.at(-1))).toContain("break_glass:back");
    const { errors } = await omar.submit();
    expect(errors).toEqual({ reason: expect.any(String) });
    await omar.click("break_glass:back");
    await formSays(harness, omar, "Someone else must approve this change");
    await omar.submit();
    await formSays(harness, omar, "Waiting for approval");
    expect(patches()).toBe(0);
  });

  it("cannot be changed if break glass was switched off after the form was opened", async () => {
    await omar.command(line, { channelId: incidents });
    await formSays(harness, omar, "Break glass");
    await omar.click("break_glass");
    await formSays(harness, omar, "You take sole responsibility");
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false } });
    await omar.fill("reason", "callers are waiting");
    await omar.submit();
    await formSays(harness, omar, "someone else must approve");
    await onRecord(harness, { kind: "change.refused", code: "approval_required" });
    expect(patches()).toBe(0);
  });

  it("is reviewed once, by an admin who did not make it", async () => {
    await breaks(ada);
    const { changeId = "" } = await onRecord(harness, { kind: "change.outcome" });
    for (const userId of ["U0OPER001", "U0ADMIN01"]) {
      await sendInteraction(harness, press({ userId, teamId }, "reviewed", changeId));
      await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId });
    }
    for (const tries of [1, 2]) {
      await sendInteraction(harness, press({ userId: second.id, teamId }, "reviewed", changeId));
      await onRecord(
        harness,
        tries === 1 ? { kind: "breakglass.reviewed" } : { kind: "action.refused", code: "not_found" },
      );
    }
    expect((await harness.audit()).filter(({ kind }) => kind === "breakglass.reviewed")).toHaveLength(1);
  });
});

describe("a protected number where the workspace does not allow it", () => {
  beforeEach(async () => protectNumber(harness, roadside, { channelId: voiceOps }));

  it("offers no break glass, and cannot be changed with a forged form", async () => {
    await omar.command(line, { channelId: incidents });
    expect(textOf(await formSays(harness, omar, "After:"))).not.toContain("Break glass");
    await breaksByHand("U0OPER001", "callers are waiting");
    await onRecord(harness, { kind: "change.refused", code: "approval_required" });
    await breaksByHand("U0ADMIN01", "callers are waiting");
    await onRecord(harness, { kind: "change.refused", code: "approval_required", userId: "U0ADMIN01" });
    expect(patches()).toBe(0);
  });
});

describe("a frozen number", () => {
  beforeEach(async () => {
    await freezeAll(harness, "U0OPER001", "freeze all because we migrate", { channelId: incidents });
    await onRecord(harness, { kind: "freeze.set" });
  });

  it("can be changed only by an admin, with break glass", async () => {
    await breaks(ada);
    await toldInChannel(harness, incidents, "Reassigned by");
    await toldDirectly(harness, second.id, "*Break glass* by <@U0ADMIN01>");
    expect((await onRecord(harness, { kind: "change.requested" })).details).toMatchObject({
      breakGlass: "yes",
    });
  });

  it("cannot be changed by an operator with a forged form, or by a guest", async () => {
    await breaksByHand("U0OPER001", "callers are waiting");
    await onRecord(harness, { kind: "change.refused", code: "frozen", userId: "U0OPER001" });
    await breaksByHand("U0GUEST01", "callers are waiting");
    await onRecord(harness, { kind: "change.refused", code: "not_allowed", userId: "U0GUEST01" });
    expect(patches()).toBe(0);
  });
});

it("does not mark a change that needed no break glass", async () => {
  await breaksByHand("U0OPER001", "callers are waiting");
  const { details } = await onRecord(harness, { kind: "change.outcome" });
  expect(details?.["breakGlass"]).toBeUndefined();
});
