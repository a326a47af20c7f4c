import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admin,
  assistance,
  day,
  guest,
  holding,
  minute,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, textOf, toldAlone } from "../../support/screen.ts";
import { buttonsOf } from "../../support/words.ts";
import { allPermissions } from "../../../src/domain/access/authorization.ts";
import { approvePlan, loadPlanToApprove } from "../../../src/operations/failover/approve-plan.ts";
import {
  becomes,
  fleetDesk,
  second,
  startProtected,
  workspaceOf,
  type ProtectedHarness,
} from "./protected-harness.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

const savedBy = async (userId: string): Promise<void> => {
  const { plans } = workspaceOf(at);
  const { plan } = await plans.get("silent");
  const actor = { kind: "user", userId, workspaceId: teamId } as const;
  await plans.save(plan, { actor, requestId: at.harness.infra.newId("req") });
};

describe("an approved plan", () => {
  it("shows the approver each protected number now and after, and is on record", async () => {
    const form = await at.approvePlan();
    expect(form).toContain("switches 1 protected number* without asking again");
    expect(form).toContain("*Roadside assistance* → *Holding message*");
    expect(form).not.toContain("Fleet");
    const entry = await onRecord(at.harness, { kind: "plan.approved", userId: admin });
    expect(entry.details).toMatchObject({ plan: "silent", revision: "1", protected: "1" });
    expect(at.patches()).toBe(0);
  });

  it("lets its runs switch protected numbers and put them back, and each change names the approval", async () => {
    await at.drill();
    await at.approvePlan();
    const shown = await at.preview();
    expect(shown).toContain("2 will be switched");
    expect(shown).toMatch(
      /1 protected: approved with the plan by <@U0ADMIN01> until .+; drill again before/u,
    );
    await at.omar.submit();
    await becomes(at, "failover.held");
    const { details } = await onRecord(at.harness, { kind: "plan.approved" });
    const by = { approval: details?.["approval"], approvedBy: admin };
    expect((await at.changeOf(roadside))?.details).toMatchObject(by);
    expect((await at.changeOf(fleetDesk))?.details).not.toHaveProperty("approval");
    expect((await onRecord(at.harness, { kind: "failover.begun" })).details).toMatchObject(by);
    await at.omar.close();
    // The way back is covered, even after the approval has ended.
    at.pass(91 * day);
    expect(await at.preview("failover silent back", "will be put back")).toContain("2 will be put back");
    await at.omar.submit();
    await becomes(at, "failover.returned");
    expect((await at.changeOf(roadside))?.details).toMatchObject(by);
    expect([at.agentOf(roadside), at.patches()]).toEqual([assistance, 4]);
  });

  it("wants two people for a number that does, who did not save it", async () => {
    await protectNumber(at.harness, roadside, { channelId: voiceOps, approvals: 2 });
    await at.drill();
    const form = await at.approvePlan();
    expect(form).toContain("Numbers of it want two approvals: another approver must approve the plan too.");
    await at.omar.command("failover", { channelId: voiceOps });
    const list = await toldAlone(at.harness, operator, "1 protected: approved with the plan by <@U0ADMIN01>");
    expect(textOf(list)).toContain("1 protected number needs another approval.");
    // Nobody counts twice; the second person sees who was first.
    await at.approvePlan();
    const ctx = at.harness.infra.contextFor(teamId, { kind: "user", userId: second, workspaceId: teamId });
    const abe = { ...ctx, authorizer: { permissions: async () => allPermissions } };
    const { shown, first } = await loadPlanToApprove(abe, "silent");
    expect(first).toMatchObject({ by: admin });
    await approvePlan(abe, "silent", { revision: 1, shown });
    const entries = (await at.entries("plan.approved")).map(({ details }) => details);
    expect(entries.map((details) => [details?.given, details?.wanted])).toEqual([
      ["1", "2"],
      ["1", "2"],
      ["2", "2"],
    ]);
    expect(await at.preview()).toContain("approved with the plan by <@U0ADMIN01> and <@U0ADMIN02> until");
    await at.omar.submit();
    await becomes(at, "failover.held");
    const both = { approvedBy: admin, alsoApprovedBy: second };
    expect((await at.changeOf(roadside))?.details).toMatchObject(both);
    expect((await onRecord(at.harness, { kind: "failover.begun" })).details).toMatchObject(both);
  });

  it("covers a practice of its first tier, which puts itself back", async () => {
    await at.drill();
    await at.approvePlan();
    await at.preview("failover silent practice because we practise", "Practice, for real");
    await at.omar.submit();
    await becomes(at, "failover.held");
    expect(at.agentOf(roadside)).toBe(holding);
    at.pass(6 * minute);
    await becomes(at, "failover.practised");
    expect([at.agentOf(roadside), at.patches()]).toEqual([assistance, 2]);
  });

  it("stands in the list with its approver and dates, and only approvers get the button", async () => {
    await at.drill();
    await at.omar.command("failover", { channelId: voiceOps });
    const before = await toldAlone(at.harness, operator, "1 protected: each failover needs an approval");
    expect(buttonsOf(before)).not.toContain("Approve…");
    await at.approvePlan();
    await at.omar.command("failover", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "1 protected: approved with the plan by <@U0ADMIN01>");
    await savedBy(admin);
    await at.ada.command("failover", { channelId: voiceOps });
    const own = await toldAlone(at.harness, admin, "because someone changed the plan");
    expect(buttonsOf(own)).not.toContain("Approve…");
  });

  it("is ready in a drill before it is approved, and after, because the drill itself makes the approval count", async () => {
    await at.drill();
    await at.approvePlan();
    await at.drill();
    const results = (await at.entries("failover.drilled")).map(({ details }) => details?.["result"]);
    expect(results).toEqual(["green", "green"]);
  });
});

describe("nobody approves a plan", () => {
  const form = { from: {}, slug: "silent", revision: 1, shown: "" };

  const sends = async (userId: string, from = teamId): Promise<void> => {
    const sender = { userId, teamId: from, installedIn: teamId };
    await sendInteraction(at.harness, press(sender, "plan:approve", "silent"));
    await sendInteraction(
      at.harness,
      submission(sender, { callbackId: "approve_plan", metadata: form, values: {} }),
    );
  };

  it.each([
    ["an operator who is no approver", operator],
    ["a guest", guest],
  ])("without the right: %s", async (_who, userId) => {
    await sends(userId);
    const refused = await onRecord(at.harness, { kind: "action.refused", userId, code: "not_allowed" });
    expect(refused.reason).toBe("approve failover plans");
    expect(await at.entries("plan.approved")).toEqual([]);
  });

  it("from another organization", async () => {
    await sends("U0ELSE001", "T0ELSE001");
    await onRecord(at.harness, { kind: "action.refused", userId: "U0ELSE001" });
    expect(await at.entries("plan.approved")).toEqual([]);
  });

  it("that they saved themselves", async () => {
    await savedBy(admin);
    await sends(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "not_allowed" });
    expect(await at.entries("plan.approved")).toEqual([]);
  });

  it("as it was before a change of the plan, or of what is protected of it", async () => {
    const asks = async (): Promise<void> => {
      await at.ada.command("failover", { channelId: voiceOps });
      const list = await toldAlone(at.harness, admin, "Agents are silent");
      await at.ada.click("plan:approve", { in: list });
      await formSays(at.harness, at.ada, "You approve that a failover by this plan");
    };
    await asks();
    await at.savePlan();
    await at.ada.submit();
    await formSays(at.harness, at.ada, "Someone changed the plan silent meanwhile");
    await at.ada.close();
    await asks();
    await protectNumber(at.harness, fleetDesk, { channelId: voiceOps });
    await at.ada.submit();
    await formSays(at.harness, at.ada, "Other numbers of the plan are protected now");
    expect(await at.entries("plan.approved")).toEqual([]);
  });
});
