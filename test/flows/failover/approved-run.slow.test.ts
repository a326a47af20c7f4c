import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admin,
  assistance,
  cli,
  dispatch,
  holding,
  nobody,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { becomes as messageBecomes } from "../../support/present-message.ts";
import { onRecord } from "../../support/record.ts";
import { freezeAll, protectNumber, settle } from "../../support/restrictions.ts";
import { person, textOf } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import {
  becomes,
  fleetDesk,
  second,
  startProtected,
  workspaceOf,
  type ProtectedHarness,
} from "./protected-harness.ts";
import { allowsAtMost, asks, requestId } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("an approved failover", () => {
  it("begins after two people have approved it if a number of it wants that", async () => {
    await protectNumber(at.harness, roadside, { channelId: voiceOps, approvals: 2 });
    const message = await asks(at);
    expect(textOf(message)).toContain("Two people must approve it.");
    expect(textOf(message)).toContain("The second approval begins the whole run at once");
    await at.ada.click("approve", { in: message });
    const half = await messageBecomes(at.harness, message, "1 of 2 approvals");
    expect([at.patches(), await at.entries("failover.begun")]).toEqual([0, []]);
    await person(at.harness, second).click("approve", { in: half });
    await becomes(at, "failover.held");
    const both = { approvedBy: admin, alsoApprovedBy: second };
    expect((await onRecord(at.harness, { kind: "failover.begun" })).details).toMatchObject(both);
    expect((await at.changeOf(roadside))?.details).toMatchObject(both);
    expect(at.patches()).toBe(2);
  });

  it("ends the step as a conflict whose number has moved since, and makes the others", async () => {
    const message = await asks(at);
    at.harness.vendors.cartesia.changeNumber(roadside, { agent: { id: dispatch } });
    await at.ada.click("approve", { in: message });
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "1", of: "2" });
    expect([at.agentOf(roadside), at.patches()]).toEqual([dispatch, 1]);
    expect((await at.entries("change.refused")).map(({ problem }) => problem?.code)).toEqual(["conflict"]);
  });

  it("leaves a number alone that was changed and put back since the preview, and makes the others", async () => {
    const message = await asks(at);
    await change(at.harness, at.ada, "reassign 0186 to Dispatch because we try it", voiceOps);
    await change(
      at.harness,
      at.ada,
      'reassign 0186 to "Roadside assistance" because it was better',
      voiceOps,
    );
    await at.ada.click("approve", { in: message });
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "1", of: "2" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk), at.patches()]).toEqual([holding, assistance, 3]);
    const [{ problem } = {}] = await at.entries("change.refused");
    expect(problem).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/\(chg_\w+\), and is as it was again/u),
    });
  });

  it("leaves a number alone that was frozen since", async () => {
    const message = await asks(at);
    await freezeAll(at.harness, admin, "freeze all because we migrate", { channelId: voiceOps });
    await onRecord(at.harness, { kind: "freeze.set" });
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.held");
    expect(at.patches()).toBe(0);
  });

  it.each([
    [
      "its requester may no longer run failovers",
      async () => settle(at.harness, { roles: { operator: nobody } }),
      "You may not run failovers",
    ],
    [
      "someone changed the plan",
      async () => at.savePlan({ title: "Agents are silent again" }),
      "Someone changed the plan since",
    ],
    [
      "its first tier was changed and put back",
      async () => {
        const scope = { connectionId: at.harness.connections.cartesia?.id, numberId: roadside };
        const lifted = {
          kind: "protection.lifted",
          actor: cli,
          requestId: "req_1",
          outcome: "applied",
        } as const;
        await workspaceOf(at).protections.remove(scope, lifted);
        const changed = await change(
          at.harness,
          at.ada,
          "reassign Roadside to Dispatch because we try it",
          voiceOps,
        );
        await change(
          at.harness,
          at.ada,
          'reassign Roadside to "Roadside assistance" because it was better',
          voiceOps,
        );
        expect(changed).toMatch(/^chg_/u);
        await protectNumber(at.harness, roadside, { channelId: voiceOps });
      },
      "Every number of its first tier was changed since this preview",
    ],
    ["a rule does not allow it now", async () => allowsAtMost(at, 1), "A rule does not allow this"],
    [
      "a number of it belongs to another run",
      async () => {
        await at.omar.close();
        await at.preview();
        await at.omar.click("failover:without");
        await becomes(at, "failover.held");
      },
      "A number of it belongs to",
    ],
    [
      "its preview is not what was approved",
      async () => {
        const { details } = await onRecord(at.harness, { kind: "approval.requested" });
        const { runs } = workspaceOf(at);
        const { id, steps } = await runs.get(details?.["run"] ?? "");
        await runs.tryAgain(id, 0, { from: steps[0]?.changeId ?? "", to: "chg_other" });
      },
      "was not approved as it stands",
    ],
  ])("is not begun if %s, and both people read why", async (_name, happens, words) => {
    const message = await asks(at);
    await happens();
    const before = at.patches();
    await at.ada.click("approve", { in: message });
    const told = await at.harness.slack.eventually("two messages with the reason", () => {
      const found = at.harness.slack.messages(voiceOps).filter((each) => textOf(each).includes(words));
      return found.length === 2 ? found : undefined;
    });
    expect(told.map(({ ts }) => ts)).toContain(message.ts);
    expect(at.patches()).toBe(before);
    await at.harness.stopApp();
    await at.harness.startApp();
    expect(at.patches()).toBe(before);
  });

  it("leaves its protected number alone once the approver may not approve any more", async () => {
    await at.gatedPlan();
    const message = await asks(at);
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.paused");
    await settle(at.harness, { roles: { approver: { ...nobody, people: [second] } } });
    await at.omar.close();
    await at.omar.command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.held");
    expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
    expect((await at.entries("change.refused"))[0]?.problem?.code).toBe("approval_required");
  });

  it("keeps its approval when somebody else continues it", async () => {
    await at.gatedPlan();
    const message = await asks(at);
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.paused");
    await person(at.harness, second).command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.held");
    expect((await at.changeOf(roadside))?.actor).toMatchObject({ userId: second });
    expect([at.agentOf(roadside), at.patches()]).toEqual([holding, 2]);
  });

  it("is begun by the next process if this one stops after the approval", async () => {
    await asks(at);
    const id = await requestId(at);
    await at.harness.stopApp();
    const by = { kind: "user", userId: admin, workspaceId: teamId } as const;
    const decision = { state: "approved", by, at: at.harness.infra.now().toISOString() } as const;
    await workspaceOf(at).approvals.decide(id, decision, {
      kind: "approval.approved",
      actor: by,
      requestId: "req_approved",
      details: { approval: id },
    });
    await at.harness.startApp();
    await becomes(at, "failover.held");
    expect([at.patches(), (await at.entries("failover.begun")).length]).toEqual([2, 1]);
  });
});
