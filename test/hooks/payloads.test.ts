import { describe, expect, it } from "vitest";
import { readPayload } from "../../src/hooks/payloads/read-payload.ts";
import type { AlertSource } from "../../src/domain/alerts/hook.ts";
import { alertmanagerBody, incidentIoBody, pagerDutyBody, rootlyBody } from "./signed-alerts.ts";

const read = (source: AlertSource, body: string) => readPayload(source, Buffer.from(body));

function only(source: AlertSource, body: string) {
  const found = read(source, body);
  if (found.kind !== "alerts") throw new Error(`it is ${found.kind}`);
  expect(found.alerts).toHaveLength(1);
  return found.alerts[0];
}

describe("what is read of a payload", () => {
  it("PagerDuty: the incident, its service, and what it is labelled with", () => {
    expect(only("pagerduty", pagerDutyBody())).toMatchObject({
      id: "PGR0VU2",
      key: "PGR0VU2",
      title: "Cartesia TTS errors",
      state: "open",
      services: ["Cartesia voice"],
      labels: ["urgency=high", "priority=P1", "team=Engineering"],
    });
    expect(only("pagerduty", pagerDutyBody({ status: "resolved" }))?.state).toBe("resolved");
    expect(only("pagerduty", pagerDutyBody({ status: "acknowledged" }))?.state).toBe("open");
  });

  it("Rootly: incidents and their ends", () => {
    expect(only("rootly", rootlyBody())).toMatchObject({
      key: "ROOTLY-19",
      state: "open",
      services: ["Cartesia voice"],
      labels: ["severity=SEV0"],
    });
    const over = rootlyBody({ type: "incident.resolved", status: "resolved" });
    expect(only("rootly", over)?.state).toBe("resolved");
    expect(read("rootly", rootlyBody({ type: "incident.scheduled.created" }))).toEqual({ kind: "ignored" });
  });

  it("Rootly: alerts", () => {
    const alert = {
      event: { id: "1", type: "alert.created", issued_at: "2026-03-01T02:59:00.546-08:00" },
      data: {
        id: "13c82722",
        source: "datadog",
        summary: "TTS",
        labels: [{ key: "env", value: "prod" }],
        ended_at: null,
      },
    };
    expect(only("rootly", JSON.stringify(alert))).toMatchObject({
      id: "alert:13c82722",
      key: expect.stringMatching(/^ALERT-[0-9A-F]{8}$/u),
      labels: ["source=datadog", "env=prod"],
    });
  });

  it("Alertmanager and Grafana: every alert of the group, under one key", () => {
    const found = read("grafana", alertmanagerBody(3));
    if (found.kind !== "alerts") throw new Error(found.kind);
    expect(found.alerts.map(({ title }) => title)).toEqual([
      "Cartesia TTS errors on tts-0",
      "Cartesia TTS errors on tts-1",
      "Cartesia TTS errors on tts-2",
    ]);
    expect(new Set(found.alerts.map(({ key }) => key)).size).toBe(1);
    expect(found.alerts[0]?.services).toEqual(["cartesia-tts"]);
    expect(found.alerts[0]?.labels).toContain("severity=critical");
    expect(read("grafana", alertmanagerBody(1, { version: "1" })).kind).toBe("alerts");
  });

  it("incident.io: the incident, also inside a change of its status", () => {
    expect(only("standard", incidentIoBody())).toMatchObject({
      key: "INC-123",
      state: "open",
      services: ["Cartesia voice"],
      labels: ["severity=Major", "status=Investigating", "Affected service=Cartesia voice"],
    });
    const closed = incidentIoBody({ type: "public_incident.incident_status_updated_v2", category: "closed" });
    expect(only("standard", closed)?.state).toBe("resolved");
  });

  it("anything else that is signed after Standard Webhooks", () => {
    const body = {
      type: "alert",
      data: { id: 7, title: "TTS", status: "firing", service: "voice", labels: { zone: "eu" } },
    };
    expect(only("standard", JSON.stringify(body))).toMatchObject({
      id: "7",
      key: "7",
      services: ["voice"],
      labels: ["zone=eu"],
    });
  });

  it("nothing that people would not see, and no more than a line of it", () => {
    const title = `a\u202Eb\n<!channel> ${"x".repeat(5_000)}`;
    const found = only("pagerduty", pagerDutyBody({ title }))?.title ?? "";
    expect(found).toMatch(/^ab <!channel> x+$/u);
    expect(found).toHaveLength(200);
  });
});

describe("what is not read", () => {
  it.each<[string, AlertSource, string]>([
    ["no JSON", "pagerduty", "{"],
    ["JSON that is no object", "pagerduty", "null"],
    ["PagerDuty's V2", "pagerduty", '{"messages":[{"event":"incident.trigger"}]}'],
    ["an incident of PagerDuty with a status that is new", "pagerduty", pagerDutyBody({ status: "muted" })],
    ["Alertmanager's version 5", "grafana", alertmanagerBody(1, { version: "5" })],
    ["incident.io's version 3", "standard", incidentIoBody({ type: "public_incident.incident_created_v3" })],
    ["another body for Rootly", "rootly", '{"event":"incident.created"}'],
    ["an alert without a title", "standard", '{"type":"a","data":{"id":"1","title":" ","status":"open"}}'],
  ])("%s is another version", (_what, source, body) => {
    expect(read(source, body)).toEqual({ kind: "unreadable" });
  });

  it.each<[string, AlertSource, string]>([
    ["PagerDuty's test", "pagerduty", pagerDutyBody({ event: "pagey.ping" })],
    [
      "a private incident of incident.io",
      "standard",
      incidentIoBody({ type: "private_incident.incident_created_v2" }),
    ],
    [
      "a follow-up of incident.io",
      "standard",
      incidentIoBody({ type: "public_incident.follow_up_created_v1" }),
    ],
  ])("%s is no alert", (_what, source, body) => {
    expect(read(source, body)).toEqual({ kind: "ignored" });
  });
});
