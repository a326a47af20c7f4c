import { afterEach, beforeEach, expect, it } from "vitest";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, dispatch, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  at = await startTemporaryChangeHarness({ approvalsEveryMs: 20 });
  omar = person(at.harness, operator);
  ada = person(at.harness, "U0ADMIN01");
});
afterEach(async () => {
  await at.harness.close();
});

const sent = async (): Promise<AuditEntry[]> =>
  (await at.harness.audit()).filter(({ kind }) => kind === "change.requested");

/** Asks for a change of the protected number with an end; gives the message that asks for its approval. */
async function asks(line: string): Promise<SandboxMessage> {
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await omar.command(line, { channelId: voiceOps });
  await formSays(at.harness, omar, "*Reverts*");
  await omar.submit();
  await formSays(at.harness, omar, "Waiting for approval");
  await omar.close();
  return toldInChannel(at.harness, voiceOps, "asks for approval");
}

/** The same, approved and made. */
async function approved(): Promise<void> {
  const asked = await asks("reassign Roadside to Dispatch for 30m because it loops");
  expect(textOf(asked)).toContain("Reverts 30 min after it is approved");
  at.pass(20 * minute);
  await ada.click("approve", { in: asked });
  await toldInChannel(at.harness, voiceOps, "Reassigned by");
}

async function reminded(): Promise<SandboxMessage> {
  at.pass(25 * minute);
  return toldInChannel(at.harness, voiceOps, "Then: *Dispatch* → *Roadside assistance*");
}

it.each([["in the same process"], ["over a restart"]])(
  "reverts an approved change automatically, counted from its approval, %s",
  async (how) => {
    await approved();
    const [first] = await sent();
    const durationMs = Date.parse(first?.details?.["until"] ?? "") - Date.parse(first?.at ?? "");
    expect(Math.abs(durationMs - 30 * minute)).toBeLessThan(5000);
    at.pass(29 * minute);
    expect(at.answers()).toBe(dispatch);
    if (how === "over a restart") await at.harness.stopApp();
    at.pass(2 * minute);
    if (how === "over a restart") await at.harness.startApp();
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.answers()).toBe(assistance);
    const [, revert] = await sent();
    expect(revert).toMatchObject({
      actor: { kind: "system", job: "timed" },
      details: { undoes: first?.changeId, approvedBy: "U0ADMIN01", approval: first?.details?.["approval"] },
    });
    expect(at.patches()).toHaveLength(2);
  },
);

it("checks a fixed time again at the approval, and says that it has passed", async () => {
  // The test's clock says noon; the change may be approved for a day.
  await protectNumber(at.harness, roadside, { channelId: voiceOps, minutes: 600 });
  await omar.command("detach Roadside until 14:00", { channelId: voiceOps });
  await formSays(at.harness, omar, "*Reverts*");
  await omar.submit();
  await formSays(at.harness, omar, "Waiting for approval");
  const asked = await toldInChannel(at.harness, voiceOps, "asks for approval");
  expect(textOf(asked)).toMatch(/Reverts <!date\^/u);
  at.pass(121 * minute);
  await ada.click("approve", { in: asked });
  await toldInChannel(at.harness, voiceOps, "That time has passed");
  expect(at.patches()).toEqual([]);
});

it("requires approval to revert an approved change early", async () => {
  await approved();
  const reminder = await reminded();
  await omar.click("end_change", { in: reminder });
  const form = await formSays(at.harness, omar, "This number is protected");
  expect(JSON.stringify(form)).toContain("Ask for approval");
  expect(at.patches()).toHaveLength(1);
  expect((await at.harness.audit()).findLast(({ kind }) => kind === "timed.ended")).toMatchObject({
    outcome: "refused",
    problem: { code: "approval_required" },
  });
  await omar.submit();
  await formSays(at.harness, omar, "Waiting for approval");
  const asked = await toldInChannel(at.harness, voiceOps, "Undoes change");
  await ada.click("approve", { in: asked });
  await at.harness.slack.eventually("the undo", () => at.answers() === assistance || undefined);
  at.pass(30 * minute);
  expect(at.answers()).toBe(assistance);
  expect(at.patches()).toHaveLength(2);
});

it("lets only another approver extend an approved expiry", async () => {
  await approved();
  const reminder = await reminded();
  await omar.click("keep_change", { in: reminder });
  await toldAlone(at.harness, operator, "for approvers");
  await ada.click("keep_change", { in: reminder });
  await toldInChannel(at.harness, voiceOps, "no longer reverts automatically");
  at.pass(60 * minute);
  expect(at.answers()).toBe(dispatch);
});

it("waits at the expiry while the number is frozen, shows the refusal's text, and reverts once after", async () => {
  await at.reassign();
  await ada.command("freeze Roadside because the carrier moves it", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "is frozen");
  at.pass(31 * minute);
  const waits = await toldInChannel(at.harness, voiceOps, "*NOT reverted* yet");
  expect(textOf(waits)).toContain("*This number is frozen* by <@U0ADMIN01> since");
  expect(textOf(waits)).toContain("Why: the carrier moves it");
  const first = await putOff();
  at.pass(5 * minute);
  await at.harness.slack.eventually(
    "another try",
    async () =>
      (await at.harness.audit()).filter(({ problem }) => problem?.code === "frozen").length > 1 || undefined,
  );
  await putOff(first);
  expect(at.answers()).toBe(dispatch);
  await ada.command("unfreeze Roadside", { channelId: voiceOps });
  await toldInChannel(at.harness, voiceOps, "can be changed again");
  at.pass(5 * minute);
  const end = await toldInChannel(at.harness, voiceOps, "was restored");
  expect(textOf(end)).toContain("late");
  at.pass(60 * minute);
  expect(at.answers()).toBe(assistance);
  expect(at.patches()).toHaveLength(2);
  const said = at.harness.slack
    .messages(voiceOps)
    .filter((message) => textOf(message).includes("NOT reverted* yet"));
  expect(said).toHaveLength(1);
});

/**
 * The revision of the end once a try was put off, after an earlier revision: each try is written down twice, before it is
 * made and when the next one is set. Time that passes in between would move that next one out of reach.
 */
async function putOff(since?: number): Promise<number> {
  return at.harness.slack.eventually("the next try", async () => {
    const [open] = await at.harness.infra.store.workspace("T0PATCH01").temporaryChanges.open();
    if (!open?.notes.includes("frozen")) return undefined;
    const ahead = open.revision - (since ?? open.revision - 2);
    return ahead > 0 && ahead % 2 === 0 ? open.revision : undefined;
  });
}
