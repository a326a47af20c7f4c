import { expect, it } from "vitest";
import { pagerDutyBody } from "../../hooks/signed-alerts.ts";
import {
  assistance,
  cli,
  dispatch,
  holding,
  incidents,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { textOf } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";
import { startReceiver } from "../../webhooks/receiver.ts";
import { buttonsOf, fleetDesk, hookFor, proposal, sendSigned, startSilentAlerts } from "./alert-harness.ts";

it("an alert shows each run of its plan, whoever began it, and offers again what a fail-back had to leave", async () => {
  const { harness, omar, pass, agentOf } = await startSilentAlerts();
  const failOver = async (channelId: string): Promise<void> => {
    await opens(
      harness,
      omar,
      async () => omar.command("failover silent because callers hear nothing", { channelId }),
      "Agents are silent",
    );
    await omar.submit();
  };
  const failBack = async (): Promise<void> => {
    const press = async () => omar.command("failover silent back", { channelId: voiceOps });
    await opens(harness, omar, press, "2 will be put back");
    await omar.submit();
  };
  await failOver(voiceOps);
  await onRecord(harness, { kind: "failover.held" });
  // An incident begins only now.
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "PGR0VU2", "Failover silent is through", "Begun by");
  expect(buttonsOf(message)).toEqual([]);
  expect(textOf(message)).not.toContain("Incident");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id: "PQ2" }));
  const linked = await proposal(harness, "2 alerts", "is through", "Show it");
  harness.slack.fail("chat.getPermalink", { status: 503 });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id: "PQ3" }));
  expect((await proposal(harness, "3 alerts", "is through", "Show it")).ts).toBe(linked.ts);
  harness.slack.clearFailures();

  await failBack();
  const free = await proposal(harness, "3 alerts", "Proposes the failover plan");
  expect([free.ts, buttonsOf(free)]).toEqual([message.ts, ["alert:look", "alert:not_now"]]);

  await onRecord(harness, { kind: "failover.returned" });
  // A rule of the product has two runs on a number wait for a minute.
  pass(2 * 60_000);
  await failOver(incidents);
  const taken = await proposal(harness, "3 alerts", "Failover silent is through");
  expect([taken.ts, buttonsOf(taken)]).toEqual([message.ts, []]);
  expect(textOf(taken)).not.toContain("Incident");

  for (const id of ["PGR0VU2", "PQ2", "PQ3"])
    await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ id, status: "resolved" }));
  const over = await proposal(harness, "2 numbers are still on their fallback");
  await opens(harness, omar, async () => omar.click("run:back", { in: over }), "2 will be put back");
  const connectionId = harness.connections.cartesia?.id ?? "";
  const frozen = { connectionId, numberId: fleetDesk, title: "Fleet desk", reason: "x", by: cli };
  await harness.infra.store
    .workspace(teamId)
    .freezes.set(
      { ...frozen, at: harness.infra.now().toISOString() },
      { kind: "freeze.set", actor: cli, requestId: "test" },
    );
  await omar.submit();
  const left = await proposal(harness, "PGR0VU2 is resolved", "Some numbers are still on their fallback");
  expect([left.ts, buttonsOf(left)]).toEqual([over.ts, ["run:back", "alert:remind"]]);
  expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([assistance, holding]);
});

it("an alert opens the filled form of a number that its mapping names, with its incident and the way back", async () => {
  const { harness, omar, pass, ended, agentOf } = await startSilentAlerts();
  const connectionId = harness.connections.cartesia?.id ?? "";
  const numbers = [{ connectionId, numberId: roadside, label: "Roadside" }];
  const hook = await hookFor(harness, "pagerduty", {
    mappings: [
      {
        field: "title",
        pattern: "*tts*",
        proposes: { kind: "reassign", numbers, agentId: dispatch, agentName: "Dispatch" },
      },
    ],
  });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "to reassign Roadside to Dispatch", "1 will be switched");
  await opens(harness, omar, async () => omar.click("look_at:0", { in: message }), "Dispatch");
  await omar.submit();
  const outcome = await onRecord(harness, { kind: "change.outcome" });
  expect(outcome.outcome).toBe("applied");
  expect(agentOf(roadside)).toBe(dispatch);
  expect(await onRecord(harness, { kind: "change.requested", userId: operator })).toMatchObject({
    reason: "PagerDuty PGR0VU2: Cartesia TTS errors",
    details: { incident: "PGR0VU2" },
  });
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ status: "resolved" }));
  const over = await proposal(harness, "1 number is still on its fallback");
  expect(buttonsOf(over)).toEqual(["incident:revert", "alert:remind"]);
  pass(16 * 60_000);
  await opens(harness, omar, async () => omar.click("incident:revert", { in: over }), "Roadside");
  expect(await ended()).toEqual([]);
  await omar.submit();
  expect((await onRecord(harness, { kind: "incident.ended" })).details?.incident).toBe("PGR0VU2");
  expect(agentOf(roadside)).toBe(assistance);
  expect(harness.slack.messages(voiceOps).filter((each) => textOf(each).includes("still on"))).toHaveLength(
    1,
  );
});

it("a note goes back into the timeline of PagerDuty, once, after a run for its incident", async () => {
  const api = await startReceiver();
  const { origin } = new URL(api.url);
  const { harness, omar } = await startSilentAlerts({
    tiers: [[roadside]],
    environment: { LOG_LEVEL: "silent", PAGERDUTY_API_URL: origin },
  });
  const hook = await hookFor(harness, "pagerduty");
  const { hooks } = harness.infra.store.workspace(teamId);
  const by = { actor: { kind: "cli", osUser: "test" }, requestId: "req_notes" } as const;
  await hooks.setSecrets(hook, { note: { token: "pd-api-key", from: "ops@example.com" } }, by);
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  const message = await proposal(harness, "1 will be switched");
  await opens(harness, omar, async () => omar.click("alert:look", { in: message }), "Agents are silent");
  await omar.submit();
  const held = await onRecord(harness, { kind: "failover.held" });
  const [note] = await harness.slack.eventually("a note", () => api.received.length > 0 && api.received);
  expect(note).toMatchObject({
    path: "/incidents/PGR0VU2/notes",
    headers: { authorization: "Token token=pd-api-key", from: "ops@example.com" },
  });
  expect(JSON.parse(note?.body ?? "")).toEqual({
    note: { content: expect.stringContaining(`1 of 1 numbers changed`) },
  });
  expect(note?.body).toContain(held.details?.run);
});
