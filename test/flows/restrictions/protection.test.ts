import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, dispatch, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { showTopic } from "../installation/settings-topics.ts";

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  omar = person(harness, "U0OPER001");
  ada = person(harness, "U0ADMIN01");
});
afterEach(async () => {
  await harness.close();
});

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
const connectionId = (): string => harness.connections.cartesia?.id ?? "";

/** A change as a background job asks for it. */
function jobWants(request: Partial<ChangeRequest> = {}) {
  const ctx = harness.infra.contextFor(teamId, { kind: "system", job: "revert" });
  return changeNumber(ctx, {
    key: { connectionId: connectionId(), numberId: roadside },
    change: { kind: "reassign", agentId: dispatch },
    seen: { agent: assistance },
    ...request,
  });
}

describe("/number protect", () => {
  it("protects a number, warns if approvals are switched off, and can be undone by an admin", async () => {
    await ada.command("protect Roadside", { channelId: voiceOps });
    const words = textOf(await toldAlone(harness, "U0ADMIN01", "is protected"));
    expect(words).toContain("Approvals are off in this workspace");
    expect(await onRecord(harness, { kind: "protection.set" })).toMatchObject({
      number: { numberId: roadside },
    });
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false } });
    await omar.command("show Roadside", { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", "Protected: someone else must approve a change");
    await omar.command("list Roadside", { channelId: voiceOps });
    await toldAlone(harness, "U0OPER001", ":lock: protected");
    await ada.command("unprotect", { channelId: voiceOps });
    const list = await toldAlone(harness, "U0ADMIN01", "Unprotect");
    await ada.click("unprotect", { in: list });
    await toldAlone(harness, "U0ADMIN01", "is no longer protected");
    expect(await onRecord(harness, { kind: "protection.lifted" })).toMatchObject({ outcome: "applied" });
  });

  it("wants two approvals if it is told so, until it is told otherwise", async () => {
    const wanted = async () => (await harness.infra.store.workspace(teamId).protections.list())[0]?.approvals;
    await ada.command("protect Roadside with two approvals", { channelId: voiceOps });
    await toldAlone(harness, "U0ADMIN01", "changes need the approvals of two other people");
    expect(await onRecord(harness, { kind: "protection.set" })).toMatchObject({ details: { wanted: "2" } });
    await ada.command("protect Roadside", { channelId: voiceOps });
    await toldAlone(harness, "U0ADMIN01", "already");
    expect(await wanted()).toBe(2);
    await ada.command("protect", { channelId: voiceOps });
    await toldAlone(harness, "U0ADMIN01", "· two approvals");
    await ada.command("protect Roadside with one approval", { channelId: voiceOps });
    await toldAlone(harness, "U0ADMIN01", "changes need a second person's approval");
    expect(await wanted()).toBe(1);
  });

  it("protects all numbers of a connection", async () => {
    await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false } });
    await ada.command("protect cartesia demo", { channelId: voiceOps });
    await toldAlone(harness, "U0ADMIN01", "all numbers of cartesia demo");
    await expect(jobWants()).rejects.toMatchObject({ code: "approval_required" });
    expect(patches()).toBe(0);
  });

  it.each(["U0OPER001", "U0GUEST01"])("is not for %s, even with a forged request", async (userId) => {
    await protectNumber(harness, roadside);
    await person(harness, userId).command("protect Roadside", { channelId: voiceOps });
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId });
    await sendInteraction(harness, press({ userId, teamId }, "unprotect", `${connectionId()}/${roadside}`));
    await harness.slack.eventually("two refusals", async () => {
      const entries = (await harness.audit()).filter(({ kind }) => kind === "action.refused");
      return entries.length === 2;
    });
    expect(await harness.infra.store.workspace(teamId).protections.list()).toHaveLength(1);
  });
});

describe("the settings form", () => {
  it("says what approval does not prevent, and stores the choices", async () => {
    await ada.command("settings", { channelId: voiceOps });
    await formSays(harness, ada, "Admins by name");
    const form = await showTopic(harness, ada, "approvals");
    expect(textOf(form)).toContain("weaker than a login with a second factor");
    await ada.choose("protection", { text: "Require a second person", value: "on" });
    await ada.choose("approvals", { text: "voice-ops", value: voiceOps });
    await ada.fill("approval_minutes", "4");
    expect((await ada.submit()).errors).toEqual({ approval_minutes: "Enter a whole number from 5 to 1440." });
    await ada.fill("approval_minutes", "45");
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    await toldInChannel(harness, voiceOps, "approval requests and break-glass changes");
    expect((await harness.infra.store.workspace(teamId).settings.read()).protection).toEqual({
      on: true,
      breakGlass: false,
      minutes: 45,
      channelId: voiceOps,
    });
  });
});

describe("a background job", () => {
  it("changes nothing that is frozen", async () => {
    await omar.command("freeze Roadside because we migrate", { channelId: voiceOps });
    await onRecord(harness, { kind: "freeze.set" });
    await expect(jobWants({ override: { kind: "break_glass" }, reason: "at its end" })).rejects.toMatchObject(
      {
        code: "frozen",
      },
    );
    expect(await onRecord(harness, { kind: "change.refused", code: "frozen" })).toMatchObject({
      actor: { kind: "system" },
    });
  });

  it.each([
    ["an approval that does not exist", { kind: "approval", approvalId: "apr_madeup" }],
    ["break-glass", { kind: "break_glass" }],
    ["an end that nobody approved", { kind: "approved_expiry", changeId: "chg_madeup" }],
  ] as const)("changes nothing that is protected with %s", async (_what, authority) => {
    await protectNumber(harness, roadside, { breakGlass: true });
    await expect(jobWants({ override: authority, reason: "at its end" })).rejects.toMatchObject({
      code: "approval_required",
    });
    expect(patches()).toBe(0);
  });

  it("reverts what was approved with its expiry, and nothing else", async () => {
    await protectNumber(harness, roadside);
    const key = { connectionId: connectionId(), numberId: roadside };
    const until = new Date(Date.now() - 1000).toISOString();
    const original = {
      kind: "change.requested",
      actor: { kind: "user", userId: "U0OPER001", workspaceId: teamId },
      number: { ...key, e164: "+12145550152" },
      change: "reassign",
      before: { agent: dispatch },
      wanted: { agent: assistance },
    } as const;
    const { audit } = harness.infra.store.workspace(teamId);
    const approved = { approval: "apr_1", approvedBy: "U0ADMIN01" };
    const later = new Date(Date.now() + 60_000).toISOString();
    const kept = {
      chg_approved: { ...approved, until },
      chg_unapproved: { until },
      chg_endless: approved,
      chg_early: { ...approved, until: later },
    };
    for (const [changeId, details] of Object.entries(kept))
      await audit.append({ ...original, requestId: `req_${changeId}`, changeId, details });
    const back = (changeId: string) => ({
      override: { kind: "approved_expiry", changeId } as const,
      details: { undoes: changeId, for: "U0OPER001" },
    });
    for (const changeId of ["chg_unapproved", "chg_endless", "chg_early"])
      await expect(jobWants(back(changeId))).rejects.toMatchObject({ code: "approval_required" });
    const other = { kind: "detach" } as const;
    await expect(jobWants({ ...back("chg_approved"), change: other })).rejects.toMatchObject({
      code: "approval_required",
    });
    expect(patches()).toBe(0);
    const { outcome, policyDecision } = await jobWants(back("chg_approved"));
    expect({ outcome, details: policyDecision.details }).toEqual({ outcome: "applied", details: approved });
    expect(patches()).toBe(1);
  });
});
