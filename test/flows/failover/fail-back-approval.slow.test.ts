import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admin,
  assistance,
  guest,
  holding,
  nobody,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { person, toldInChannel } from "../../support/screen.ts";
import { becomes, fleetDesk, second, workspaceOf, type ProtectedHarness } from "./protected-harness.ts";
import {
  asksBack,
  back,
  backs,
  now,
  presses,
  previewsBack,
  restored,
  startUnprotected,
  untouched,
} from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startUnprotected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a request for a fail-back", () => {
  it("cannot be approved by the requester, even as an approver", async () => {
    await settle(at.harness, { roles: { approver: { ...nobody, people: [operator] } } });
    await previewsBack(at);
    await asksBack(at);
    await presses(at, operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "not_allowed" });
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });

  it.each([
    ["a guest", guest, teamId],
    ["a person of another organization", "U0ELSE001", "T0ELSE001"],
  ])("cannot be decided by %s", async (_who, userId, from) => {
    await previewsBack(at);
    await asksBack(at);
    await presses(at, userId, "approve", from);
    await onRecord(at.harness, { kind: "action.refused", userId, code: "not_allowed" });
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });

  it("begins once, however often two people approve it", async () => {
    await previewsBack(at);
    const message = await asksBack(at);
    const abe = person(at.harness, second);
    await Promise.all([at.ada, at.ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await becomes(at, "failover.returned");
    await at.harness.slack.eventually("three refusals", async () => {
      const all = await at.harness.audit();
      return all.filter(({ problem }) => problem?.code === "already_requested").length === 3 || undefined;
    });
    expect([now(at), await backs(at)]).toEqual([restored, 1]);
  });

  it("is made once, and never by a form for somebody else's preview", async () => {
    await previewsBack(at);
    const metadata: unknown = JSON.parse(String(at.omar.view()?.["private_metadata"]));
    const forged = async (userId: string): Promise<void> => {
      const form = submission({ userId, teamId }, { callbackId: "fail_back", metadata, values: {} });
      await sendInteraction(at.harness, form);
    };
    await forged(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "not_allowed" });
    await asksBack(at);
    await forged(operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "already_requested" });
    expect(await at.entries("approval.requested")).toHaveLength(1);
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });

  it.each([
    [
      "its requester may no longer run failovers",
      async () => settle(at.harness, { roles: { operator: nobody } }),
      "You may not take runs back",
    ],
    [
      "its preview is not what was approved",
      async () => {
        const { details } = await onRecord(at.harness, { kind: "approval.requested" });
        const { runs } = workspaceOf(at);
        const { id, steps } = await runs.get(details?.["run"] ?? "");
        await runs.tryAgain(id, 0, { from: steps[0]?.changeId ?? "", to: "chg_other" });
      },
      "This fail-back was not approved as it stands",
    ],
  ])("does not begin it if %s", async (_name, happens, words) => {
    await previewsBack(at);
    const message = await asksBack(at);
    await happens();
    await at.ada.click("approve", { in: message });
    await toldInChannel(at.harness, voiceOps, words);
    expect([now(at), await backs(at)]).toEqual([untouched, 0]);
  });

  it("leaves the protected number alone once its approver may not approve any more", async () => {
    const member = (numberId: string) => ({
      connectionId: at.harness.connections.cartesia?.id ?? "",
      numberId,
      change: { kind: "reassign", agentId: holding } as const,
    });
    const tiers = [
      { name: "canary", askBeforeNext: true, members: [member(fleetDesk)] },
      { name: "rest", askBeforeNext: false, members: [member(roadside)] },
    ];
    await at.savePlan({ tiers });
    await at.preview();
    await at.omar.submit();
    await becomes(at, "failover.paused");
    await at.omar.close();
    await at.omar.command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.held");
    await protectNumber(at.harness, roadside, { channelId: voiceOps });
    await at.preview(back, "1 needs approval");
    const message = await asksBack(at);
    await at.ada.click("approve", { in: message });
    await at.harness.slack.eventually(
      "the fail-back to pause",
      async () => (await at.entries("failover.paused")).length === 2 || undefined,
    );
    await settle(at.harness, { roles: { approver: { ...nobody, people: [second] } } });
    await at.omar.close();
    await at.omar.command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.returned");
    expect(now(at)).toEqual([assistance, holding, 1]);
    expect((await at.entries("change.refused"))[0]?.problem?.code).toBe("approval_required");
  });
});
