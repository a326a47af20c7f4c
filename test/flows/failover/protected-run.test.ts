import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  admin,
  assistance,
  dispatch,
  guest,
  holding,
  minute,
  nobody,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { freezeAll, protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, leftOut } from "../../support/words.ts";
import {
  askedInChannel,
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

/** The operator asks for the approval of the failover. Gives the message that asks. */
async function asks(line?: string) {
  await at.preview(line);
  await at.omar.submit();
  await formSays(at.harness, at.omar, "Waiting for approval of the whole run");
  return askedInChannel(at);
}

const requestId = async (): Promise<string> =>
  (await onRecord(at.harness, { kind: "approval.requested" })).details?.["approval"] ?? "";

/** Presses a button of the request, whatever any screen shows. */
const presses = async (userId: string, action = "approve", from = teamId): Promise<void> => {
  const by = { userId, teamId: from, installedIn: teamId };
  await sendInteraction(at.harness, press(by, action, await requestId()));
};

/** How many numbers were changed, and runs begun. */
const begun = async (): Promise<readonly number[]> => [
  at.patches(),
  (await at.entries("failover.begun")).length,
];

describe("a failover with a protected number", () => {
  it("asks once for the approval of the whole, with counts, each protected number, plan and reason", async () => {
    const shown = await at.preview("failover silent for 1h because callers hear nothing");
    expect(shown).toContain("2 numbers, 1 connection");
    expect(shown).toContain("1 will be switched · 1 needs approval");
    expect(shown.indexOf("Switch the other 1 now")).toBeGreaterThan(-1);
    expect(shown.indexOf("Switch the other 1 now")).toBeLessThan(shown.indexOf("*Holding message*"));
    expect(at.omar.view()?.["submit"]).toMatchObject({ text: "Ask for approval" });
    await at.omar.submit();
    const message = await askedInChannel(at);
    const words = textOf(message);
    expect(words).toContain("<@U0OPER001> asks for approval of the failover *Agents are silent*");
    expect(words).toContain("(silent, revision 1)");
    expect(words).toContain("1 will be switched · 1 needs approval");
    expect(words).toContain("*Roadside assistance* → *Holding message*");
    expect(words).not.toContain("Fleet");
    expect(words).toContain("Holds for 1 h");
    expect(words).toContain("No rule blocks it.");
    expect(words).toContain("Why: callers hear nothing");
    expect(leftOut(message)).toEqual([]);
    const { details, reason } = await onRecord(at.harness, { kind: "approval.requested" });
    expect(details).toMatchObject({ plan: "silent", revision: "1", changes: "2", protected: "1" });
    expect([details?.["preview"], reason]).toEqual([
      expect.stringMatching(/^[\da-f]{64}$/u),
      "callers hear nothing",
    ]);
    expect(await begun()).toEqual([0, 0]);
  });

  it("begins exactly as it was shown when another person approves, and its changes name that", async () => {
    const message = await asks();
    // What the plan says by then, and how old the preview is, do not matter.
    at.pass(15 * minute);
    await at.ada.click("approve", { in: message });
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "2", of: "2" });
    const by = { approval: await requestId(), approvedBy: admin };
    expect(await at.changeOf(roadside)).toMatchObject({ actor: { userId: operator }, details: by });
    expect((await at.changeOf(fleetDesk))?.details).not.toHaveProperty("approval");
    expect(await onRecord(at.harness, { kind: "failover.begun", userId: operator })).toMatchObject({
      details: by,
    });
    const told = textOf(await toldInChannel(at.harness, voiceOps, "has begun"));
    expect(told).toContain("Approved by <@U0ADMIN01>.* The failover that <@U0OPER001> asked for has begun");
    await formSays(at.harness, at.omar, "has begun");
    const updated = await toldInChannel(at.harness, voiceOps, "The failover has begun.");
    expect([updated.ts, buttonsOf(updated)]).toEqual([message.ts, []]);
    expect(at.patches()).toBe(2);
    // The way back needs no further approval.
    await at.omar.close();
    await at.preview("failover silent back", "2 will be put back");
    await at.omar.submit();
    await becomes(at, "failover.returned");
    expect((await at.changeOf(roadside))?.details).toMatchObject(by);
    expect(at.agentOf(roadside)).toBe(assistance);
  });

  it("begins once when two people approve it at once, twice each", async () => {
    const message = await asks();
    const abe = person(at.harness, second);
    await Promise.all([at.ada, at.ada, abe, abe].map(async (who) => who.click("approve", { in: message })));
    await becomes(at, "failover.held");
    await at.harness.slack.eventually("three refusals", async () => {
      const refused = (await at.harness.audit()).filter(
        ({ problem }) => problem?.code === "already_requested",
      );
      return refused.length === 3;
    });
    expect([at.patches(), (await at.entries("failover.begun")).length]).toEqual([2, 1]);
    await presses(second);
    await toldDirectly(at.harness, second, "This request was approved before");
    expect(at.patches()).toBe(2);
  });

  it("is not begun when declined, and the requester reads the comment", async () => {
    const message = await asks();
    await at.ada.click("decline", { in: message });
    await formSays(at.harness, at.ada, "Comment");
    await at.ada.fill("comment", "Wait for the vendor");
    await at.ada.submit();
    const told = textOf(await toldInChannel(at.harness, voiceOps, "was *not* begun"));
    expect(told).toContain("Wait for the vendor");
    await presses(second);
    await toldDirectly(at.harness, second, "This request was declined before");
    expect(await begun()).toEqual([0, 0]);
  });

  it("is not begun when withdrawn, which is listed until then", async () => {
    await asks();
    await at.omar.command("status", { channelId: voiceOps });
    const status = textOf(await toldAlone(at.harness, operator, "Waiting for approval"));
    expect(status).toContain("The failover *Agents are silent* of 2 numbers, of which 1 needs approval");
    await at.omar.click("withdraw");
    await formSays(at.harness, at.omar, "You withdrew your request to begin the failover");
    await presses(admin);
    await toldDirectly(at.harness, admin, "This request was withdrawn before");
    expect(await begun()).toEqual([0, 0]);
  });

  it("is not begun when nobody decides in time, also if the app was stopped then", async () => {
    await asks();
    await at.harness.stopApp();
    at.pass(31 * minute);
    await at.harness.startApp();
    await onRecord(at.harness, { kind: "approval.expired" });
    await presses(admin);
    await toldDirectly(at.harness, admin, "This request has expired");
    expect(await begun()).toEqual([0, 0]);
  });

  it("can begin without the protected numbers, which takes the request back", async () => {
    await asks();
    // As long as the request is open, so is this way out of it.
    at.pass(15 * minute);
    await at.omar.click("failover:without");
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "1", of: "1" });
    await onRecord(at.harness, { kind: "approval.withdrawn", userId: operator });
    expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
    await presses(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "already_requested" });
    expect(at.patches()).toBe(1);
  });

  it("offers that in the preview as well", async () => {
    await at.preview();
    await at.omar.click("failover:without");
    await formSays(at.harness, at.omar, "has begun without the protected numbers");
    await becomes(at, "failover.held");
    expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
    expect(await at.entries("approval.requested")).toEqual([]);
  });

  it("does not wait for Slack to draw the form, whichever form begins it", async () => {
    await at.preview();
    at.harness.slack.fail("views.update", { hang: true });
    await at.omar.click("failover:without");
    await becomes(at, "failover.held");
    at.harness.slack.clearFailures();
    await formSays(at.harness, at.omar, "has begun without the protected numbers");
    await at.omar.close();
    await at.preview("failover silent back", "1 will be put back");
    at.harness.slack.fail("views.update", { hang: true });
    await at.omar.submit();
    await becomes(at, "failover.returned");
    at.harness.slack.clearFailures();
    await formSays(at.harness, at.omar, "has begun. Its progress is in the conversation");
    expect(at.patches()).toBe(2);
  });

  it("needs the approval for a practice of a protected first tier", async () => {
    const words = textOf(await asks("failover silent practice because we practise"));
    expect(words).toContain("asks for approval of a practice of the failover");
    await presses(admin);
    await becomes(at, "failover.held");
    at.pass(6 * minute);
    await becomes(at, "failover.practised");
    expect([at.agentOf(roadside), at.patches()]).toEqual([assistance, 2]);
  });

  it("lists fifteen protected numbers, and all of them for approvers behind a button", async () => {
    await at.harness.close();
    const lines = Array.from({ length: 17 }, (_, index) => `pn_line_${index + 1}`);
    at = await startProtected([lines], lines);
    await protectNumber(at.harness, undefined, { channelId: voiceOps });
    const message = await asks();
    const words = textOf(message);
    expect(words).toContain("17 need approval");
    expect([words.includes("*Line 15*"), words.includes("*Line 16*")]).toEqual([true, false]);
    expect(words).toContain("And 2 more protected numbers.");
    await at.ada.click("approval:numbers", { in: message });
    await formSays(at.harness, at.ada, "*Line 17*");
    const gus = person(at.harness, guest);
    await gus.click("approval:numbers", { in: message });
    expect(textOf(await formSays(at.harness, gus, "for approvers"))).not.toContain("Line");
    await onRecord(at.harness, { kind: "action.refused", userId: guest, code: "not_allowed" });
  });
});

describe("an approved failover", () => {
  it("ends the step as a conflict whose number has moved since, and makes the others", async () => {
    const message = await asks();
    at.harness.vendors.cartesia.changeNumber(roadside, { agent: { id: dispatch } });
    await at.ada.click("approve", { in: message });
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "1", of: "2" });
    expect([at.agentOf(roadside), at.patches()]).toEqual([dispatch, 1]);
    expect((await at.entries("change.refused")).map(({ problem }) => problem?.code)).toEqual(["conflict"]);
  });

  it("leaves a number alone that was frozen since", async () => {
    const message = await asks();
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
      "a rule does not allow it now",
      async () => {
        const scopes = [{ connectionId: at.harness.connections.cartesia?.id ?? "" }];
        const demand = {
          kind: "at_most",
          atMost: { numbers: 1 },
          agentId: holding,
          agentName: "Holding",
        } as const;
        const event = {
          kind: "rule.set",
          actor: { kind: "cli", osUser: "test" },
          requestId: "req_rule",
        } as const;
        const details = { rule: "rul_1", title: "Capacity", demand: "" };
        await workspaceOf(at).rules.set(
          { id: "rul_1", title: "Capacity", scopes, demand },
          { ...event, details },
        );
      },
      "A rule does not allow this",
    ],
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
    const message = await asks();
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
    const message = await asks();
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
    const message = await asks();
    await at.ada.click("approve", { in: message });
    await becomes(at, "failover.paused");
    await person(at.harness, second).command("failover silent resume", { channelId: voiceOps });
    await becomes(at, "failover.held");
    expect((await at.changeOf(roadside))?.actor).toMatchObject({ userId: second });
    expect([at.agentOf(roadside), at.patches()]).toEqual([holding, 2]);
  });

  it("is begun by the next process if this one stops after the approval", async () => {
    await asks();
    const id = await requestId();
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

describe("a request for a failover", () => {
  it("cannot be approved by the requester, even as an approver", async () => {
    await settle(at.harness, { roles: { approver: { ...nobody, people: [operator] } } });
    await asks();
    await presses(operator);
    const refused = await onRecord(at.harness, {
      kind: "action.refused",
      userId: operator,
      code: "not_allowed",
    });
    expect(refused.details).toMatchObject({ plan: "silent" });
    expect(await begun()).toEqual([0, 0]);
  });

  it.each([
    ["a guest", guest, teamId],
    ["a person of another organization", "U0ELSE001", "T0ELSE001"],
  ])("cannot be decided by %s", async (_who, userId, from) => {
    await asks();
    await presses(userId, "approve", from);
    await onRecord(at.harness, { kind: "action.refused", userId, code: "not_allowed" });
    expect(await begun()).toEqual([0, 0]);
  });

  it("is made once, and never by a form for somebody else's preview", async () => {
    await at.preview();
    const state = at.omar.view()?.["private_metadata"];
    const forged = async (userId: string): Promise<void> => {
      const metadata: unknown = JSON.parse(String(state));
      const sender = { userId, teamId };
      await sendInteraction(at.harness, submission(sender, { callbackId: "failover", metadata, values: {} }));
    };
    await forged(admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "not_allowed" });
    await at.omar.submit();
    await askedInChannel(at);
    await forged(operator);
    await onRecord(at.harness, { kind: "action.refused", userId: operator, code: "already_requested" });
    expect(await at.entries("approval.requested")).toHaveLength(1);
    expect(await begun()).toEqual([0, 0]);
  });
});
