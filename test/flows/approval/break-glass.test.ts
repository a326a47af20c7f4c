import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formState, press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { protectNumber, settle } from "../../support/protected.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

const teamId = demoWorkspace.teamId;
const line = "reassign Roadside to Dispatch";
const incidents = "C0INCID01";
const approvalsChannel = "C0VOICE01";
const roadside = "pn_B6d1Vz5H";
const dispatch = "agent_7hN4pZc2";
const second = { id: "U0ADMIN02", name: "abe", isAdmin: true };

let house: House;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  house = await startHouse({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, second] }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  omar = person(house, "U0OPER001");
  ada = person(house, "U0ADMIN01");
});
afterEach(async () => {
  await house.close();
});

const patches = (): number =>
  house.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** Opens the form, chooses break-glass, and sends it with a reason. */
async function breaks(who: SlackPerson): Promise<void> {
  await who.command(line, { channelId: incidents });
  await formSays(house, who, "break-glass");
  await who.click("break_glass");
  await formSays(house, who, "Say why below");
  if (!textOf(who.view()).includes("*After:*"))
    await who.choose("agent", { text: "Dispatch", value: dispatch });
  await who.fill("reason", "callers are waiting");
  await who.submit();
}

/** Sends a form that breaks the glass, whatever any screen offers. */
async function breaksByHand(userId: string, reason?: string): Promise<void> {
  const connectionId = house.connections.cartesia?.id ?? "";
  const state = formState("reassign", {
    connectionId,
    numberId: roadside,
    seen: { agent: "agent_5kR9wXd8" },
  });
  const values = { number: `${connectionId}/${roadside}`, agent: dispatch, ...(reason ? { reason } : {}) };
  const metadata = { ...state, breakGlass: true };
  await sendInteraction(house, submission({ userId, teamId }, { callbackId: "reassign", metadata, values }));
}

describe("a protected number where the workspace allows break-glass", () => {
  beforeEach(async () => protectNumber(house, roadside, { channelId: approvalsChannel, breakGlass: true }));

  it("is changed by one operator alone, loudly, on record, and to be reviewed", async () => {
    await breaks(omar);
    expect(textOf(await toldInChannel(house, incidents, "was reassigned"))).toContain("*by break-glass*");
    const loud = await toldInChannel(house, approvalsChannel, "*Break-glass* by <@U0OPER001>");
    expect(textOf(loud)).toContain("Why: callers are waiting");
    await toldDirectly(house, "U0ADMIN01", "*Break-glass* by <@U0OPER001>");
    await toldDirectly(house, second.id, "*Break-glass* by <@U0OPER001>");
    expect(await onRecord(house, { kind: "change.requested" })).toMatchObject({
      details: { breakGlass: "yes" },
      reason: "callers are waiting",
    });
    await ada.command("reviews", { channelId: incidents });
    const list = await toldAlone(house, "U0ADMIN01", "1 change by break-glass");
    await ada.click("reviewed", { in: list });
    await toldAlone(house, "U0ADMIN01", "You ticked off");
    expect(await onRecord(house, { kind: "breakglass.reviewed", userId: "U0ADMIN01" })).toMatchObject({
      change: "reassign",
    });
    await ada.command("reviews", { channelId: incidents });
    await toldAlone(house, "U0ADMIN01", "No change by break-glass waits");
  });

  it("asks for a reason in the form, and takes the choice back", async () => {
    await omar.command(line, { channelId: incidents });
    await formSays(house, omar, "break-glass");
    await omar.click("break_glass");
    await formSays(house, omar, "Say why below");
    const { errors } = await omar.submit();
    expect(errors).toEqual({ reason: expect.any(String) });
    await omar.click("break_glass:back");
    await formSays(house, omar, "is made only when somebody else approves it");
    await omar.submit();
    await formSays(house, omar, "waits for approval");
    expect(patches()).toBe(0);
  });

  it("is not changed when break-glass was switched off after the form was opened", async () => {
    await omar.command(line, { channelId: incidents });
    await formSays(house, omar, "break-glass");
    await omar.click("break_glass");
    await formSays(house, omar, "Say why below");
    await settle(house, { protection: { on: true, minutes: 30, breakGlass: false } });
    await omar.fill("reason", "callers are waiting");
    await omar.submit();
    await formSays(house, omar, "somebody else has to approve");
    await onRecord(house, { kind: "change.refused", code: "approval_required" });
    expect(patches()).toBe(0);
  });

  it("is ticked off by no operator, not by who did it, and once", async () => {
    await breaks(ada);
    const { changeId = "" } = await onRecord(house, { kind: "change.outcome" });
    for (const userId of ["U0OPER001", "U0ADMIN01"]) {
      await sendInteraction(house, press({ userId, teamId }, "reviewed", changeId));
      await onRecord(house, { kind: "action.refused", code: "not_allowed", userId });
    }
    for (const tries of [1, 2]) {
      await sendInteraction(house, press({ userId: second.id, teamId }, "reviewed", changeId));
      await onRecord(
        house,
        tries === 1 ? { kind: "breakglass.reviewed" } : { kind: "action.refused", code: "not_found" },
      );
    }
    expect((await house.audit()).filter(({ kind }) => kind === "breakglass.reviewed")).toHaveLength(1);
  });
});

describe("a protected number where the workspace does not allow it", () => {
  beforeEach(async () => protectNumber(house, roadside, { channelId: approvalsChannel }));

  it("is offered no break-glass, and is not changed by a form made up by hand", async () => {
    await omar.command(line, { channelId: incidents });
    expect(textOf(await formSays(house, omar, "After:"))).not.toContain("break-glass");
    await breaksByHand("U0OPER001", "callers are waiting");
    await onRecord(house, { kind: "change.refused", code: "approval_required" });
    await breaksByHand("U0ADMIN01", "callers are waiting");
    await onRecord(house, { kind: "change.refused", code: "approval_required", userId: "U0ADMIN01" });
    expect(patches()).toBe(0);
  });
});

describe("a frozen number", () => {
  beforeEach(async () => {
    await omar.command("freeze all because we migrate", { channelId: incidents });
    await onRecord(house, { kind: "freeze.set" });
  });

  it("is changed by an admin alone, by break-glass", async () => {
    await breaks(ada);
    await toldInChannel(house, incidents, "was reassigned");
    await toldDirectly(house, second.id, "*Break-glass* by <@U0ADMIN01>");
    expect((await onRecord(house, { kind: "change.requested" })).details).toMatchObject({
      breakGlass: "yes",
    });
  });

  it("is not changed by an operator with a form made up by hand, nor by a guest", async () => {
    await breaksByHand("U0OPER001", "callers are waiting");
    await onRecord(house, { kind: "change.refused", code: "frozen", userId: "U0OPER001" });
    await breaksByHand("U0GUEST01", "callers are waiting");
    await onRecord(house, { kind: "change.refused", code: "not_allowed", userId: "U0GUEST01" });
    expect(patches()).toBe(0);
  });
});

it("leaves no mark on a change that needed no break-glass", async () => {
  await breaksByHand("U0OPER001", "callers are waiting");
  const { details } = await onRecord(house, { kind: "change.outcome" });
  expect(details?.["breakGlass"]).toBeUndefined();
});
