import { afterEach, beforeEach, expect, it } from "vitest";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import {
  pagerDutyKey,
  pagingUser,
  startPagerDuty,
  voicePrimary,
  voiceService,
  type FakePagerDuty,
} from "../../on-call/fake-pagerduty.ts";
import { cli, incidents, nobody, reassignLine, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const [ana, bo] = ["U0ANA0001", "U0BOB0001"];
const by = { actor: cli, requestId: "req_test" } as const;
const minute = 60_000;

let pagerDuty: FakePagerDuty;
let harness: Harness;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  pagerDuty = await startPagerDuty();
  pagerDuty.onCalls = [
    { user: "PBBBBB1", level: 2 },
    { user: "PAAAAA1", level: 1 },
    // The requester is on call too, and cannot approve.
    { user: "PXPGF42", level: 1 },
  ];
  const more = [
    { id: ana, name: "ana" },
    { id: bo, name: "bo" },
  ];
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, ...more] }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent", PAGERDUTY_API_URL: pagerDuty.url },
    now: () => new Date(Date.now() + passedMs),
    approvalsEveryMs: 20,
    outboxEveryMs: 20,
    pause: async () => undefined,
  });
  const { onCallSchedules } = harness.infra.store.workspace(teamId);
  const schedule = { id: "ocs_1", name: "Voice primary", tool: "pagerduty", schedule: voicePrimary } as const;
  await onCallSchedules.add(schedule, { key: pagerDutyKey, service: voiceService, from: pagingUser }, by);
  const people = [
    { id: "PAAAAA1", name: "Ana", userId: ana },
    { id: "PBBBBB1", name: "Bo", userId: bo },
    { id: "PXPGF42", name: "Omar", userId: "U0OPER001" },
  ];
  await onCallSchedules.setPeople("ocs_1", { before: [], people }, by);
});
afterEach(async () => {
  await harness.close();
  pagerDuty.close();
});

/** The entries about closing pages: the turn, who, the incident, and how it ended. */
const closedOnRecord = async () =>
  (await harness.audit())
    .filter(({ kind }) => kind === "approval.page_closed")
    .map(({ details, outcome }) => [details?.["step"], details?.paged, details?.["page"], outcome].join(" "));

const pagesOnRecord = async () => (await harness.audit()).filter(({ kind }) => kind === "approval.paged");

/** How many incidents PagerDuty alerts somebody for. */
const alerting = () => pagerDuty.incidents.filter(({ status }) => status !== "resolved").length;

const requestsTo = (userId: string) =>
  harness.slack.directMessages(userId).filter((message) => textOf(message).includes("asks for approval"));

/** Omar asks for the approval of a change. Returns what the form said from the start. */
async function asks(protection: Parameters<typeof protectNumber>[2]): Promise<string> {
  await protectNumber(harness, roadside, protection);
  await settle(harness, {
    announcementsChannelId: voiceOps,
    roles: { approver: { ...nobody, slackAdmins: true, schedules: ["ocs_1"] } },
  });
  const omar = person(harness, "U0OPER001");
  await omar.command(reassignLine, { channelId: incidents });
  const form = textOf(await formSays(harness, omar, "After:"));
  await omar.submit();
  await formSays(harness, omar, "Waiting for approval");
  return form;
}

it("asks the approver on call alone without a channel to post in, and pages who is on call after three and six minutes", async () => {
  const form = await asks({ channelId: "C0GONE001" });
  expect(form).toContain(
    `<@${ana}> is on call and asked first in <#C0GONE001>: <@${ana}> is paged after 3 min, then <@${bo}> is paged after 6 min.`,
  );
  expect(form).toContain("Break-glass is not possible for you.");
  const request = await toldDirectly(harness, ana, "asks for approval");
  expect(textOf(request)).toContain(`On call: <@${ana}>, then <@${bo}>.`);
  for (const other of [bo, "U0ADMIN01"]) expect(harness.slack.directMessages(other)).toEqual([]);
  expect(pagerDuty.incidents).toEqual([]);

  // Bo takes over, so Bo is paged first, and Ana was asked already.
  pagerDuty.onCalls = [
    { user: "PBBBBB1", level: 1 },
    { user: "PAAAAA1", level: 2 },
  ];
  passedMs += 3 * minute;
  await toldInChannel(harness, voiceOps, `Patchbay paged <@${bo}>`);
  const [sent, first] = await pagesOnRecord();
  expect(sent).toMatchObject({ outcome: "unknown", details: { paged: bo, step: "1" } });
  expect(first).toMatchObject({
    actor: { kind: "system", job: "approvals" },
    outcome: "applied",
    details: { paged: bo, step: "1", for: "U0OPER001", onCall: `PagerDuty ${voicePrimary}` },
  });
  const key = `patchbay-${first?.details?.approval ?? ""}-1-PBBBBB1`;
  expect(pagerDuty.incidents).toMatchObject([{ assignee: "PBBBBB1", key }]);
  expect(JSON.stringify(pagerDuty.incidents)).not.toContain("Roadside");
  for (const other of [bo, "U0ADMIN01"]) await toldDirectly(harness, other, "asks for approval");

  passedMs += 3 * minute;
  await toldInChannel(harness, voiceOps, `Patchbay paged <@${ana}>`);
  expect(pagerDuty.incidents.map(({ assignee }) => assignee)).toEqual(["PBBBBB1", "PAAAAA1"]);
  for (const asked of [ana, bo, "U0ADMIN01"]) expect(requestsTo(asked)).toHaveLength(1);
  // Bo resolves the own incident at PagerDuty. That counts as closed.
  const [bos] = pagerDuty.incidents;
  if (bos) bos.status = "resolved";
  expect(alerting()).toBe(1);
  await person(harness, bo).click("approve", { in: await toldDirectly(harness, bo, "asks for approval") });
  const approved = await onRecord(harness, { kind: "approval.approved", userId: bo });
  expect(approved.details).toMatchObject({ onCall: `PagerDuty ${voicePrimary}` });
  expect((await onRecord(harness, { kind: "change.outcome" })).outcome).toBe("applied");

  // Neither of them is alerted for what is decided.
  await harness.slack.eventually("the pages are closed", () => alerting() === 0);
  await harness.slack.eventually("on record", async () => (await closedOnRecord()).length === 4);
  const closed = await closedOnRecord();
  expect(closed.filter((line) => line.endsWith("applied")).toSorted()).toEqual([
    `1 ${bo} ${bos?.id ?? ""} applied`,
    `2 ${ana} ${pagerDuty.incidents[1]?.id ?? ""} applied`,
  ]);
  expect(pagerDuty.requests.filter(({ method }) => method === "PUT")).toHaveLength(2);
  const announced = harness.slack.messages(voiceOps).map((message) => textOf(message));
  expect(announced.filter((text) => text.includes("close"))).toEqual([]);
});

it("mentions who is on call, asks each approver once though Slack took nothing, and pages nobody for what is decided", async () => {
  harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  const form = await asks({ channelId: voiceOps });
  expect(form).toContain(`asked first in <#${voiceOps}>`);
  pagerDuty.trouble = { status: 503, body: {} };
  passedMs += 3 * minute;
  const attempts = () => pagerDuty.requests.filter(({ method }) => method === "POST").length;
  await harness.slack.eventually("the first attempt", () => attempts() > 0);
  for (const attempt of [2, 3]) {
    let looks = 0;
    await harness.slack.eventually("another attempt", () => {
      if (attempts() >= attempt) return true;
      // The delay begins when the attempt before is over, so the clock may have moved too early.
      if ([1, 10, 100, 400].includes((looks += 1))) passedMs += 15_000;
      return false;
    });
  }
  await harness.slack.eventually("all attempts", async () => (await pagesOnRecord()).length === 2);
  // Each attempt asks whoever was not asked yet. What Slack has not taken yet counts.
  harness.slack.clearFailures();
  await toldInChannel(harness, voiceOps, `could not page <@${ana}>`);
  const { outbox } = harness.infra.store;
  await harness.slack.eventually("an empty outbox", async () => (await outbox.length()) === 0);
  const request = await toldInChannel(harness, voiceOps, "asks for approval");
  expect(textOf(request)).toContain(`On call: <@${ana}>, then <@${bo}>.`);
  for (const asked of [ana, bo, "U0ADMIN01"]) expect(requestsTo(asked)).toHaveLength(1);
  expect((await pagesOnRecord()).at(-1)).toMatchObject({
    outcome: "refused",
    details: { paged: ana, why: "PagerDuty answered 503." },
  });
  pagerDuty.trouble = undefined;
  await person(harness, "U0ADMIN01").click("approve", { in: request });
  await onRecord(harness, { kind: "change.outcome" });
  passedMs += 6 * minute;
  await harness.stopApp();
  expect(pagerDuty.incidents).toEqual([]);
  expect(await pagesOnRecord()).toHaveLength(2);
});

it("asks the next approver on call after the first of two approvals, and pages that one", async () => {
  const form = await asks({ channelId: voiceOps, approvals: 2 });
  expect(form).toContain("Two other people must approve this change.");
  expect(form).toContain("The next one is asked after the first approval.");
  const request = await toldInChannel(harness, voiceOps, "asks for approval");
  passedMs += 3 * minute;
  await toldInChannel(harness, voiceOps, `Patchbay paged <@${ana}>`);
  await person(harness, ana).click("approve", { in: request });
  const next = await toldDirectly(harness, bo, "asks for approval");
  expect(textOf(next)).toContain("1 of 2 approvals");
  expect(harness.slack.directMessages(ana)).toEqual([]);
  await harness.slack.eventually("her page is closed", () => alerting() === 0);
  // The next page of the first approval was due 6 minutes after the request, and Bo's is 3 minutes after the approval.
  passedMs += 3 * minute;
  await toldInChannel(harness, voiceOps, `Patchbay paged <@${bo}>`);
  expect(pagerDuty.incidents.map(({ assignee }) => assignee)).toEqual(["PAAAAA1", "PBBBBB1"]);
  expect(alerting()).toBe(1);
  expect((await pagesOnRecord()).at(-1)).toMatchObject({ details: { paged: bo, step: "3" } });
  // Who is on call is read already. From now on, the key may only read.
  pagerDuty.trouble = { status: 403, body: {} };
  await person(harness, bo).click("approve", { in: next });
  expect((await onRecord(harness, { kind: "change.outcome" })).details).toMatchObject({
    approvedBy: ana,
    alsoApprovedBy: bo,
  });
  const open = await toldInChannel(harness, voiceOps, `could not close the page of <@${bo}>`);
  expect(textOf(open)).toContain("PagerDuty does not let this key close pages (403). Close the page ");
  expect(alerting()).toBe(1);
});
