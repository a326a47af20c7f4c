import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import {
  admin,
  assistance,
  cli,
  guest,
  holding,
  hour,
  nobody,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { change } from "../../support/undo.ts";
import { opens } from "../../support/words.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import {
  askedInChannel,
  becomes,
  fleetDesk,
  second,
  startProtected,
  workspaceOf,
  type ProtectedHarness,
} from "./protected-harness.ts";
import { presses, requestId } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
  const scope = { connectionId: at.harness.connections.cartesia?.id, numberId: roadside };
  const lifted = { kind: "protection.lifted", actor: cli, requestId: "req_1", outcome: "applied" } as const;
  await workspaceOf(at).protections.remove(scope, lifted);
});
afterEach(async () => {
  await at.harness.close();
});

const back = "failover silent back";

/** A failover holds, and a number of it has been protected since. Its fail-back is shown. */
async function previewsBack(more: Parameters<ProtectedHarness["savePlan"]>[0] = {}): Promise<string> {
  await at.savePlan(more);
  await at.preview();
  await at.omar.submit();
  await becomes(at, "failover.held");
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await at.omar.close();
  return at.preview(back, "1 needs approval");
}

async function asksBack(): Promise<SandboxMessage> {
  await at.omar.submit();
  await formSays(at.harness, at.omar, "Waiting for approval of the whole run");
  return askedInChannel(at);
}

/** Who answers both numbers, and how many changes were sent, two of which made the failover. */
const now = () => [at.agentOf(fleetDesk), at.agentOf(roadside), at.patches() - 2];
const untouched = [holding, holding, 0];
const restored = [assistance, assistance, 2];

async function backs(): Promise<number> {
  return (await at.entries("failover.begun")).filter(({ details }) => details?.["kind"] === "back").length;
}

describe("a fail-back with a number that was protected meanwhile", () => {
  it("asks once for its approval, and begins when somebody else approves", async () => {
    expect(await previewsBack()).toContain("1 will be put back · 1 needs approval");
    expect(at.omar.view()?.["submit"]).toMatchObject({ text: "Ask for approval" });
    const message = await asksBack();
    const asked = textOf(message);
    expect(asked).toContain("asks for approval of the fail-back of *Agents are silent*");
    expect(asked).toContain("Roadside");
    expect(asked).not.toContain("No rule blocks it");
    expect(now()).toEqual(untouched);
    at.pass(15 * 60_000);
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.returned");
    expect(now()).toEqual(restored);
    const by = { approval: await requestId(at), approvedBy: admin };
    expect(await at.changeOf(roadside)).toMatchObject({ actor: { userId: operator }, details: by });
    expect((await at.changeOf(fleetDesk))?.details).not.toHaveProperty("approval");
    expect((await at.entries("failover.begun"))[1]?.details).toMatchObject({ kind: "back", ...by });
    const told = textOf(await toldInChannel(at.harness, voiceOps, "asked for has begun"));
    expect(told).toContain("The fail-back that <@U0OPER001> asked for has begun");
  });

  it("begins without it while the request is open, and takes the request back", async () => {
    await previewsBack();
    await asksBack();
    await at.omar.click("failover:without");
    await becomes(at, "failover.returned");
    expect(now()).toEqual([assistance, holding, 1]);
    await onRecord(at.harness, { kind: "approval.withdrawn", userId: operator });
    await presses(at, admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "already_requested" });
    expect([now(), await backs()]).toEqual([[assistance, holding, 1], 1]);
  });

  it("leaves a number that was changed and put back since with the failover, for people to look again", async () => {
    await previewsBack();
    const message = await asksBack();
    await at.omar.close();
    const changeId = await change(
      at.harness,
      at.omar,
      "reassign 0186 to Dispatch because we try it",
      voiceOps,
    );
    await at.omar.close();
    await opens(
      at.harness,
      at.omar,
      async () => at.omar.command(`undo ${changeId}`, { channelId: voiceOps }),
      "Holding",
    );
    await at.omar.submit();
    await formSays(at.harness, at.omar, "confirmed by");
    await at.omar.close();
    await at.ada.click("approve", { in: message });
    expect((await becomes(at, "failover.returned")).details).toMatchObject({ changed: "1", left: "1" });
    expect([at.agentOf(fleetDesk), at.agentOf(roadside)]).toEqual([holding, assistance]);
    const holders = await workspaceOf(at).runs.holders();
    expect(holders.map(({ kind, key }) => [kind, key.numberId])).toEqual([["failover", fleetDesk]]);
    expect(await at.preview(back, "1 will be put back")).toContain("Fleet desk");
  });

  it("offers that in the preview as well", async () => {
    await previewsBack();
    await at.omar.click("failover:without");
    await formSays(at.harness, at.omar, "The fail-back of silent");
    await becomes(at, "failover.returned");
    expect(now()).toEqual([assistance, holding, 1]);
  });

  it.each([
    [
      "declined",
      async (message: SandboxMessage) => {
        await at.ada.click("decline", { in: message });
        await formSays(at.harness, at.ada, "Comment");
        await at.ada.submit();
      },
    ],
    ["withdrawn", async () => at.omar.click("withdraw")],
    ["expired", async () => Promise.resolve(at.pass(25 * hour))],
  ] as const)("is not begun once the request is %s", async (how, ends) => {
    await previewsBack();
    const message = await asksBack();
    await ends(message);
    await onRecord(at.harness, { kind: `approval.${how}` });
    await presses(at, second);
    await onRecord(at.harness, { kind: "action.refused", userId: second });
    expect([now(), await backs()]).toEqual([untouched, 0]);
  });

  it("is left to its owner when its time is over", async () => {
    await at.savePlan({ defaultForMs: hour, atEnd: "fail_back" });
    await at.preview();
    await at.omar.submit();
    await becomes(at, "failover.held");
    await protectNumber(at.harness, roadside, { channelId: voiceOps });
    at.pass(hour + 60_000);
    await toldInChannel(at.harness, voiceOps, "Patchbay changed nothing: someone has to decide");
    expect([now(), await backs()]).toEqual([untouched, 0]);
  });
});

describe("a request for a fail-back", () => {
  it("cannot be approved by the requester, even as an approver", async () => {
    await settle(at.harness, { roles: { approver: { ...nobody, people: [operator] } } });
    await previewsBack();
    await asksBack();
    await presses(at, operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "not_allowed" });
    expect([now(), await backs()]).toEqual([untouched, 0]);
  });

  it.each([
    ["a guest", guest, teamId],
    ["a person of another organization", "U0ELSE001", "T0ELSE001"],
  ])("cannot be decided by %s", async (_who, userId, from) => {
    await previewsBack();
    await asksBack();
    await presses(at, userId, "approve", from);
    await onRecord(at.harness, { kind: "action.refused", userId, code: "not_allowed" });
    expect([now(), await backs()]).toEqual([untouched, 0]);
  });

  it("begins once, however often two people approve it", async () => {
    await previewsBack();
    const message = await asksBack();
    const abe = person(at.harness, second);
    await Promise.all([at.ada, at.ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await becomes(at, "failover.returned");
    await at.harness.slack.eventually("three refusals", async () => {
      const all = await at.harness.audit();
      return all.filter(({ problem }) => problem?.code === "already_requested").length === 3 || undefined;
    });
    expect([now(), await backs()]).toEqual([restored, 1]);
  });

  it("is made once, and never by a form for somebody else's preview", async () => {
    await previewsBack();
    const metadata: unknown = JSON.parse(String(at.omar.view()?.["private_metadata"]));
    const forged = async (userId: string): Promise<void> => {
      const form = submission({ userId, teamId }, { callbackId: "fail_back", metadata, values: {} });
      await sendInteraction(at.harness, form);
    };
    await forged(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "not_allowed" });
    await asksBack();
    await forged(operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "already_requested" });
    expect(await at.entries("approval.requested")).toHaveLength(1);
    expect([now(), await backs()]).toEqual([untouched, 0]);
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
    await previewsBack();
    const message = await asksBack();
    await happens();
    await at.ada.click("approve", { in: message });
    await toldInChannel(at.harness, voiceOps, words);
    expect([now(), await backs()]).toEqual([untouched, 0]);
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
    const message = await asksBack();
    await at.ada.click("approve", { in: message });
    await at.harness.slack.eventually(
      "the fail-back to pause",
      async () => (await at.entries("failover.paused")).length === 2 || undefined,
    );
    await settle(at.harness, { roles: { approver: { ...nobody, people: [second] } } });
    await at.omar.close();
    await at.omar.command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.returned");
    expect(now()).toEqual([assistance, holding, 1]);
    expect((await at.entries("change.refused"))[0]?.problem?.code).toBe("approval_required");
  });
});
