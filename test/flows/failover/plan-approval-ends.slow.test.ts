import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assistance, cli, day, holding, minute, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays } from "../../support/screen.ts";
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

/** Resumes the failover that waits after its first tier, and waits until it holds. */
async function resume(): Promise<void> {
  await at.omar.close();
  await at.omar.command("failover silent resume", { channelId: voiceOps });
  await becomes(at, "failover.held");
}

describe("an approval of a plan does not count", () => {
  it.each([
    ["without a drill", async () => undefined, "counts once this revision is drilled"],
    [
      "when the drill is 31 days old",
      async () => {
        await at.drill();
        at.pass(31 * day);
      },
      "the last drill is over 30 days old",
    ],
    [
      "when it is 91 days old",
      async () => {
        at.pass(91 * day);
        await at.drill();
      },
      "has ended after 90 days",
    ],
    [
      "for a later revision, drilled or not",
      async () => {
        await at.savePlan({ title: "Agents are silent again" });
        await at.drill();
      },
      "because someone changed the plan",
    ],
    [
      "when its approver may not approve any more",
      async () => {
        await at.drill();
        await settle(at.harness, {
          roles: { approver: { slackAdmins: false, members: false, people: [second], groups: [] } },
        });
      },
      "can no longer approve",
    ],
  ])("%s", async (_name, happens, words) => {
    await at.approvePlan();
    await happens();
    const shown = await at.preview();
    expect(shown).toContain("1 will be switched · 1 needs approval");
    expect(shown).toContain(words);
    await at.omar.submit();
    await formSays(at.harness, at.omar, "Waiting for approval of the whole run");
    expect([at.patches(), await at.entries("failover.begun")]).toEqual([0, []]);
  });

  it("for another plan with the same number, nor for a number that is protected later", async () => {
    await at.drill();
    await at.approvePlan();
    const { plans } = workspaceOf(at);
    const { plan } = await plans.get("silent");
    await plans.save({ ...plan, slug: "quiet" }, { actor: cli, requestId: at.harness.infra.newId("req") });
    expect(await at.preview("failover quiet because we try")).toContain("1 needs approval");
    await at.omar.close();
    await protectNumber(at.harness, fleetDesk, { channelId: voiceOps });
    expect(await at.preview()).toContain("1 will be switched · 1 needs approval");
  });

  it("if it ended between the preview and its confirmation", async () => {
    await at.drill();
    await at.approvePlan();
    at.pass(30 * day - 5 * minute);
    expect(await at.preview()).toContain("2 will be switched");
    at.pass(6 * minute);
    await at.omar.submit();
    await formSays(at.harness, at.omar, "The approval of the plan has ended since this preview");
    expect(at.patches()).toBe(0);
  });
});

describe("in the middle of a run by an approved plan", () => {
  beforeEach(async () => {
    await at.gatedPlan();
    await at.drill();
    await at.approvePlan();
    await at.preview();
    await at.omar.submit();
    await becomes(at, "failover.paused");
  });

  /** Who answers the two numbers after the rest of the run, and how many were changed. */
  const rest = async (): Promise<readonly unknown[]> => {
    await resume();
    return [at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()];
  };

  const leftAlone = [holding, assistance, 1];

  it("goes on with the protected number while the approval counts, no matter who continues it", async () => {
    await at.ada.command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.held");
    expect([at.agentOf(roadside), at.patches()]).toEqual([holding, 2]);
  });

  it("leaves it alone once someone saved another revision", async () => {
    await at.savePlan();
    expect(await rest()).toEqual(leftAlone);
  });

  it("leaves it alone once the drill is too old", async () => {
    at.pass(30 * day);
    expect(await rest()).toEqual(leftAlone);
  });

  it("leaves it alone once the approver may not approve any more", async () => {
    await settle(at.harness, {
      roles: { approver: { slackAdmins: false, members: false, people: [second], groups: [] } },
    });
    expect(await rest()).toEqual(leftAlone);
  });
});

it("leaves a number alone that was protected after the run began, and asks for the way back", async () => {
  await at.harness.infra.store
    .workspace(teamId)
    .protections.remove(
      { connectionId: at.harness.connections.cartesia?.id, numberId: roadside },
      { kind: "protection.lifted", actor: cli, requestId: "req_1", outcome: "applied" },
    );
  await at.gatedPlan();
  await at.preview();
  await at.omar.submit();
  await becomes(at, "failover.paused");
  await protectNumber(at.harness, undefined, { channelId: voiceOps });
  await resume();
  expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
  expect(await at.preview("failover silent back", "must approve this fail-back")).toContain(
    "1 needs approval",
  );
});
