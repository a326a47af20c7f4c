import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import {
  pagerDutyKey,
  startPagerDuty,
  voicePrimary,
  type FakePagerDuty,
} from "../../on-call/fake-pagerduty.ts";
import { grafanaKey, stackUrl, startGrafana, voiceSchedule } from "../../on-call/fake-grafana.ts";
import { incidents, nobody, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { showTopic } from "./settings-topics.ts";

const mia = "U0MIA0001";
const omarsLine = "reassign Roadside to Dispatch because INC-7 it talks nonsense";
const minute = 60_000;

let pagerDuty: FakePagerDuty;
let harness: Harness;
let ada: SlackPerson;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  pagerDuty = await startPagerDuty();
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, { id: mia, name: "mia" }] }],
    connected: ["cartesia"],
    environment: {
      LOG_LEVEL: "silent",
      PAGERDUTY_API_URL: pagerDuty.url,
      WEBHOOKS_ALLOW_PRIVATE: "true",
    },
    now: () => new Date(Date.now() + passedMs),
    isClockSkewed: () => false,
    pause: async () => undefined,
    outboxEveryMs: 20,
  });
  ada = person(harness, "U0ADMIN01");
  await settle(harness, {
    announcementsChannelId: voiceOps,
    roles: {
      operator: { ...nobody, people: ["U0ADMIN01"] },
      viewer: { ...nobody, members: true },
    },
  });
});
afterEach(async () => {
  await harness.close();
  pagerDuty.close();
});

/** Waits until somebody gets the form of a change, or reads why not. */
async function tries(userId: string, words: string): Promise<SlackPerson> {
  const who = person(harness, userId);
  await who.command(omarsLine, { channelId: incidents });
  await formSays(harness, who, words);
  return who;
}

it("gives a role to the person on call, with a mark while the tool is down, and to nobody after ten minutes", async () => {
  pagerDuty.onCalls = [{ user: "PXPGF42" }];
  await ada.command("oncall", { channelId: incidents });
  await ada.click("oncall:new", { in: await toldAlone(harness, "U0ADMIN01", "no on-call schedules yet") });
  await formSays(harness, ada, "Schedule id");
  await ada.fill("name", "Voice primary");
  await ada.choose("tool", { text: "PagerDuty", value: "pagerduty" });
  await ada.fill("schedule", voicePrimary);
  await ada.fill("key", "a-wrong-key");
  await ada.submit();
  await formSays(harness, ada, "PagerDuty does not accept the key");
  expect(await harness.infra.store.workspace("T0PATCH01").onCallSchedules.list()).toEqual([]);

  await ada.click("oncall:new", { in: await toldAlone(harness, "U0ADMIN01", "no on-call schedules yet") });
  await formSays(harness, ada, "Schedule id");
  await ada.fill("name", "Voice primary");
  await ada.choose("tool", { text: "PagerDuty", value: "pagerduty" });
  await ada.fill("schedule", voicePrimary);
  await ada.fill("key", pagerDutyKey);
  await ada.submit();
  // A key that pages nobody leaves nothing to check.
  expect(textOf(await formSays(harness, ada, "It gives no role yet"))).not.toContain("could not check");
  await ada.click("oncall:people");
  await formSays(harness, ada, "Omar Haddad");
  await ada.choose("person:PXPGF42", { text: "omar", value: "U0OPER001" });
  await ada.choose("person:PEYSGVF", { text: "omar", value: "U0OPER001" });
  expect(JSON.stringify(await ada.submit())).toContain("chosen above already");
  await ada.choose("person:PEYSGVF", { text: "omar", value: "U0OPER001" });
  await ada.choose("person:PEYSGVF", { text: "mia", value: mia });
  await ada.submit();
  await formSays(harness, ada, "2 of the people");
  await ada.command("settings", { channelId: incidents });
  await formSays(harness, ada, "Operators while on call");
  const [schedule] = await harness.infra.store.workspace("T0PATCH01").onCallSchedules.list();
  await ada.choose("operator_schedules", { text: "Voice primary", value: schedule?.id ?? "" });
  await showTopic(harness, ada, "reasons");
  await ada.submit();
  await formSays(harness, ada, "The settings are saved");
  await ada.command("oncall", { channelId: incidents });
  const list = await toldAlone(harness, "U0ADMIN01", "On call: <@U0OPER001>");
  await ada.click("oncall:remove", { in: list });
  await toldAlone(harness, "U0ADMIN01", "gives the role operator");

  await tries(mia, "that is for operators");
  await (await tries("U0OPER001", "After:")).submit();
  const made = await onRecord(harness, { kind: "change.requested", userId: "U0OPER001" });
  expect(made.details).toMatchObject({ onCall: `PagerDuty ${voicePrimary}` });
  expect(made.details).not.toHaveProperty("onCallAsOf");

  // The handover counts within a minute.
  pagerDuty.onCalls = [{ user: "PEYSGVF" }];
  passedMs += minute;
  await tries("U0OPER001", "that is for operators");
  pagerDuty.trouble = { status: 503, body: {} };
  passedMs += 2 * minute;
  const later = person(harness, mia);
  await later.command("detach Roadside because INC-7 nobody answers", { channelId: incidents });
  await formSays(harness, later, "*After:*");
  await later.submit();
  const stale = await onRecord(harness, { kind: "change.requested", userId: mia });
  expect(stale.details).toMatchObject({ onCall: `PagerDuty ${voicePrimary}` });
  expect(Date.parse(stale.details?.onCallAsOf ?? "")).toBeLessThan(Date.parse(stale.at) - minute);
  await toldInChannel(harness, voiceOps, "“Voice primary” cannot be read".replace(/[“”]/gu, "*"));
  expect((await onRecord(harness, { kind: "oncall.stale" })).details?.why).toBe("PagerDuty answered 503.");

  passedMs += 10 * minute;
  await tries(mia, "cannot read who is on call in “Voice primary” (PagerDuty)");
  await ada.command("oncall", { channelId: incidents });
  await toldAlone(
    harness,
    "U0ADMIN01",
    "It cannot be read, so it gives no role now. PagerDuty answered 503.",
  );
  await tries("U0ADMIN01", "After:");
  const secrets = JSON.stringify(await harness.audit());
  expect(secrets).not.toContain(pagerDutyKey);
  expect(textOf(list)).not.toContain(pagerDutyKey);
}, 60_000);

it("says of a schedule of Grafana that it could not check whether the key may page people, and pages nobody", async () => {
  const grafana = await startGrafana();
  try {
    await ada.command("oncall", { channelId: incidents });
    await ada.click("oncall:new", { in: await toldAlone(harness, "U0ADMIN01", "no on-call schedules yet") });
    await formSays(harness, ada, "Schedule id");
    await ada.fill("name", "Voice rota");
    await ada.choose("tool", { text: "Grafana IRM", value: "grafana" });
    await ada.fill("schedule", voiceSchedule);
    await ada.fill("key", grafanaKey);
    await ada.fill("url", grafana.url);
    await ada.fill("stack", stackUrl);
    await ada.submit();
    const added = textOf(await formSays(harness, ada, "Added"));
    expect(added).toContain("could not check whether this key may page people");
    expect(added).toContain("Alert groups: Direct Paging");
    expect(grafana.escalations).toEqual([]);
  } finally {
    grafana.close();
  }
});
