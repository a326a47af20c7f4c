import { expect, it } from "vitest";
import { pagerDutyBody } from "../../hooks/signed-alerts.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { textOf, toldAlone } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { buttonsOf, hookFor, proposal, sendSigned, startSilentAlerts } from "./alert-harness.ts";

it("the way back is announced while the run still switches, and offered once it is through", async () => {
  const { harness, omar } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "PGR0VU2", "2 will be switched");
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => (release = resolve));
  harness.vendors.cartesia.fault({ kind: "hold", until }, { on: "write" });
  await opens(harness, omar, async () => omar.click("alert:look", { in: message }), "Agents are silent");
  await omar.submit();
  await onRecord(harness, { kind: "failover.begun" });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ status: "resolved" }));
  const running = await proposal(
    harness,
    "PGR0VU2 is resolved",
    "is running",
    "once it is through or paused",
  );
  expect([running.ts, buttonsOf(running)]).toEqual([message.ts, []]);
  release();
  const over = await proposal(harness, "2 numbers are still on their fallback");
  expect(buttonsOf(over)).toEqual(["run:back", "alert:remind"]);
  const through = await proposal(harness, "PGR0VU2 is resolved", "Incident PGR0VU2");
  expect([through.ts, textOf(through)]).toEqual([message.ts, expect.not.stringContaining("is running")]);

  const heldAgain = new Promise<void>((resolve) => (release = resolve));
  harness.vendors.cartesia.fault({ kind: "hold", until: heldAgain }, { on: "write" });
  await opens(harness, omar, async () => omar.click("run:back", { in: over }), "2 will be put back");
  await omar.submit();
  await proposal(harness, "PGR0VU2 is resolved", "The fail-back of silent is running");
  await omar.command("failover silent stop because it is too early", { channelId: voiceOps });
  await onRecord(harness, { kind: "failover.stopped" });
  release();
  const stopped = await proposal(harness, "PGR0VU2 is resolved", "Its fail-back was stopped.");
  expect([stopped.ts, buttonsOf(stopped)]).toEqual([over.ts, ["run:back", "alert:remind"]]);
});

it("the way back is offered again after an hour to the person who asked for it", async () => {
  const { harness, omar, pass, ended } = await startSilentAlerts();
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "2 will be switched");
  await opens(harness, omar, async () => omar.click("alert:look", { in: message }), "Agents are silent");
  await omar.submit();
  await onRecord(harness, { kind: "failover.held" });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ status: "resolved" }));
  const over = await proposal(harness, "still on their fallback");
  await omar.click("alert:remind", { in: over });
  await toldAlone(harness, operator, "Patchbay will remind you");
  pass(61 * 60_000);
  const reminder = await toldDirectly(harness, operator, "2 numbers are still on their fallback");
  expect(buttonsOf(reminder)).toEqual(["run:back"]);
  expect(await ended()).toEqual([]);
});
