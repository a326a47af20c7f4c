import { expect, it } from "vitest";
import { pagerDutyBody } from "../../hooks/signed-alerts.ts";
import { assistance, holding, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { textOf } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { buttonsOf, fleetDesk, hookFor, proposal, sendSigned, startSilentAlerts } from "./alert-harness.ts";

it("an alert becomes a message with live counts; a person looks, runs it, and takes it back when it is resolved", async () => {
  const { harness, omar, pass, patches, ended, agentOf } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  expect(await sendSigned(harness, hook, "pagerduty", pagerDutyBody())).toEqual([202, ""]);
  const message = await proposal(harness, "PGR0VU2", "2 will be switched", "Ready");
  expect(textOf(message)).toContain("“Cartesia TTS errors”");
  expect(textOf(message)).toContain("Incident PGR0VU2");
  expect(buttonsOf(message)).toEqual(["alert:look", "alert:not_now"]);
  expect(patches()).toBe(0);
  const made = await onRecord(harness, { kind: "proposal.made" });
  expect(made).toMatchObject({
    actor: { kind: "system", job: "hooks" },
    details: { source: "pagerduty", alert: "PGR0VU2", plan: "silent", channel: voiceOps },
  });
  expect(JSON.stringify(made)).not.toContain("TTS");

  const shown = await opens(
    harness,
    omar,
    async () => omar.click("alert:look", { in: message }),
    "Agents are silent",
  );
  expect(textOf(shown)).toContain("2 will be switched");
  await omar.submit();
  await onRecord(harness, { kind: "failover.held" });
  const begun = await onRecord(harness, { kind: "failover.begun", userId: operator });
  expect(begun).toMatchObject({
    reason: "PagerDuty PGR0VU2: Cartesia TTS errors",
    details: { incident: "PGR0VU2", plan: "silent" },
  });
  expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([holding, holding]);
  const run = await proposal(harness, "PGR0VU2", "Failover silent is through", "Begun by");
  expect([run.ts, buttonsOf(run)]).toEqual([message.ts, []]);

  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ status: "resolved" }));
  const over = await proposal(harness, "2 numbers are still on their fallback");
  expect(buttonsOf(over)).toEqual(["run:back", "alert:remind"]);
  await opens(harness, omar, async () => omar.click("run:back", { in: over }), "2 will be put back");
  await omar.submit();
  await onRecord(harness, { kind: "failover.returned" });
  expect(agentOf(roadside)).toBe(assistance);
  const back = await proposal(harness, "PGR0VU2 is resolved", "The fail-back of silent is over");
  expect([back.ts, buttonsOf(back)]).toEqual([over.ts, []]);
  const before = await proposal(harness, "PGR0VU2 is resolved", "Incident PGR0VU2");
  expect(buttonsOf(before)).toEqual([]);
  expect(await ended()).toEqual([]);
  pass(16 * 60_000);
  const { actor, details } = await onRecord(harness, { kind: "incident.ended" });
  expect([actor, details?.incident]).toEqual([{ kind: "system", job: "hooks" }, "PGR0VU2"]);
});
