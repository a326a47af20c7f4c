import { expect, it } from "vitest";
import { alertmanagerBody, incidentIoBody, pagerDutyBody, rootlyBody } from "../../hooks/signed-alerts.ts";
import { guest, operator, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";
import { buttonsOf, hookFor, proposal, sendSigned, startSilentAlerts } from "./alert-harness.ts";

it.each([
  ["rootly", rootlyBody(), "ROOTLY-19"],
  ["grafana", alertmanagerBody(2), "2 alerts"],
  ["standard", incidentIoBody(), "INC-123"],
] as const)("an alert of %s is proposed as well", async (source, body, words) => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, source);
  expect(await sendSigned(harness, hook, source, body)).toEqual([202, ""]);
  await proposal(harness, words, "2 will be switched");
});

it("an alert updates its message when it is reported again, and says nothing twice", async () => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "PGR0VU2", "2 will be switched");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id: "PQ2", title: "TTS again" }));
  const updated = await proposal(harness, "2 alerts", "2 open");
  expect(updated.ts).toBe(message.ts);
  expect((await harness.audit()).filter(({ kind }) => kind === "proposal.made")).toHaveLength(1);
  expect((await harness.audit()).filter(({ kind }) => kind === "incident.started")).toHaveLength(1);
});

it("an alert is left alone after “Not now”, on record, and is proposed anew after it was over for a while", async () => {
  const { harness, omar, pass } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "2 will be switched");
  await omar.click("alert:not_now", { in: message });
  const dismissed = await proposal(harness, "chose *Not now*");
  expect(buttonsOf(dismissed)).toEqual(["alert:look"]);
  expect((await onRecord(harness, { kind: "proposal.dismissed", userId: operator })).details?.alert).toBe(
    "PGR0VU2",
  );
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id: "PQ2" }));
  expect(buttonsOf(await proposal(harness, "2 alerts", "chose *Not now*"))).toEqual(["alert:look"]);
  for (const id of ["PGR0VU2", "PQ2"])
    await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id, status: "resolved" }));
  await proposal(harness, "is resolved");
  pass(16 * 60_000);
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id: "PQ3", at: harness.infra.now() }));
  const next = await proposal(harness, "PQ3", "2 will be switched");
  expect(next.ts).not.toBe(message.ts);
});

it("an alert belongs to the incident that is open in its channel", async () => {
  const { harness, omar, pass } = await startSilentAlerts();
  await omar.command("incident start INC-9 Calls drop", { channelId: voiceOps });
  await onRecord(harness, { kind: "incident.started" });
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "PGR0VU2", "Incident INC-9", "2 will be switched");
  expect(buttonsOf(message)).toEqual(["alert:look", "alert:not_now"]);
  // Another urgency, which no mapping knows.
  const renamed = pagerDutyBody({ status: "resolved", title: "Low urgency", service: "Billing" });
  await sendSigned(harness, hook, "pagerduty", renamed);
  await proposal(harness, "PGR0VU2 is resolved");
  pass(16 * 60_000);
  await omar.command("incident end INC-9", { channelId: voiceOps });
  const { actor } = await onRecord(harness, { kind: "incident.ended" });
  expect(actor).toMatchObject({ kind: "user", userId: operator });
});

it("an alert of a plan that is gone says so, and offers nothing to look at", async () => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty", {
    mappings: [{ field: "service", pattern: "*", proposes: { kind: "plan", plan: "gone" } }],
  });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "Would propose the failover plan gone, but cannot");
  expect(buttonsOf(message)).toEqual(["alert:not_now"]);
});

it("an alert mentions nobody and links nowhere, whatever its title says", async () => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  const title = "<!channel> *<https://evil.example|Cartesia>* @here";
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ title }));
  const message = await proposal(harness, "2 will be switched");
  const raw = JSON.stringify([message.blocks, message.text]);
  expect(raw).toContain("&lt;!channel&gt;");
  expect(raw).not.toMatch(/<!channel>|<https:/u);
});

it("an alert is no way around rights: who may not run failovers is refused, on record", async () => {
  const { harness, patches } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "2 will be switched");
  await person(harness, guest).click("alert:look", { in: message });
  await toldAlone(harness, guest, "You may not act on alerts");
  await person(harness, guest).click("alert:not_now", { in: message });
  await harness.slack.eventually("two refusals", async () => {
    const refused = (await harness.audit()).filter(
      ({ kind, outcome }) => kind === "action.refused" && outcome === "refused",
    );
    return refused.length >= 1;
  });
  expect(patches()).toBe(0);
});

it("an alert is told after a restart, if the server ended right after its answer", async () => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  harness.slack.fail("chat.postMessage", { status: 503 });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  await harness.stopApp();
  harness.slack.clearFailures();
  await harness.startApp();
  await proposal(harness, "PGR0VU2", "2 will be switched");
  expect(harness.slack.messages(voiceOps).filter((each) => textOf(each).includes("PGR0VU2"))).toHaveLength(1);
});

it("a storm of alerts is one message with a count, and few calls of Slack", async () => {
  const { harness } = await startSilentAlerts();
  const hook = await hookFor(harness, "grafana");
  const before = harness.slack.calls.length;
  await sendSigned(harness, hook, "grafana", alertmanagerBody(200));
  await Promise.all(
    Array.from({ length: 50 }, async (_, number) =>
      sendSigned(harness, hook, "grafana", alertmanagerBody(3, { group: `group ${number}` })),
    ),
  );
  const message = await proposal(harness, "200 alerts", "2 will be switched");
  expect(harness.slack.messages(voiceOps).filter((each) => buttonsOf(each).includes("alert:look"))).toEqual([
    message,
  ]);
  expect(
    harness.slack.calls.slice(before).filter(({ method }) => method.startsWith("chat.")).length,
  ).toBeLessThan(8);
});
