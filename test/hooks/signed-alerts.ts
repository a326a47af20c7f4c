import { createHmac } from "node:crypto";
import type { AlertSource } from "../../src/domain/alerts/hook.ts";

/** What a source sends: the headers and the body, byte for byte. */
export interface SignedAlert {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The secrets of the tests, in the form of each source. */
export const secrets: Readonly<Record<AlertSource, string>> = {
  pagerduty: "pd-signing-secret-1f0c",
  rootly: "rootly-signing-secret-77",
  grafana: "pbh_grafana-secret-0123456789",
  standard: `whsec_${Buffer.from("a secret of twenty-four!").toString("base64")}`,
};

/** Signs a body as its source does, after the source's documents. */
export function signAlert(
  source: AlertSource,
  body: string,
  {
    secret = secrets[source],
    at = new Date(),
    id = "msg_1",
  }: { readonly secret?: string; readonly at?: Date; readonly id?: string } = {},
): SignedAlert {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const json = { "content-type": "application/json" };
  const hex = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  switch (source) {
    case "pagerduty":
      return { headers: { ...json, "x-pagerduty-signature": `v1=${hex(body)}` }, body };
    case "rootly":
      return { headers: { ...json, "x-rootly-signature": `t=${seconds},v1=${hex(seconds + body)}` }, body };
    case "grafana":
      return { headers: { ...json, authorization: `Bearer ${secret}` }, body };
    case "standard": {
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
      return {
        headers: {
          ...json,
          "webhook-id": id,
          "webhook-timestamp": seconds,
          "webhook-signature": `v1,${signature}`,
        },
        body,
      };
    }
  }
}

/** An incident of PagerDuty, as its documents show a V3 webhook. */
export function pagerDutyBody({
  id = "PGR0VU2",
  title = "Cartesia TTS errors",
  status = "triggered",
  service = "Cartesia voice",
  at = new Date(),
  event = `incident.${status}`,
}: {
  readonly id?: string;
  readonly title?: string;
  readonly status?: string;
  readonly service?: string;
  readonly at?: Date;
  readonly event?: string;
} = {}): string {
  const self = (path: string): string => `https://api.pagerduty.com/${path}`;
  return JSON.stringify({
    event: {
      id: `01${id}${at.getTime()}${status}`,
      event_type: event,
      resource_type: "incident",
      occurred_at: at.toISOString(),
      agent: {
        id: "PLH1HKV",
        summary: "Tenex Engineer",
        type: "user_reference",
        self: self("users/PLH1HKV"),
      },
      client: { name: "PagerDuty" },
      data: {
        id,
        type: "incident",
        self: self(`incidents/${id}`),
        html_url: `https://acme.pagerduty.com/incidents/${id}`,
        number: 2,
        status,
        incident_key: "d3640fbd41094207a1c11e58e46b1662",
        created_at: at.toISOString(),
        title,
        service: {
          id: "PF9KMXH",
          summary: service,
          type: "service_reference",
          self: self("services/PF9KMXH"),
        },
        assignees: [],
        escalation_policy: { id: "PUS0KTE", summary: "Default", type: "escalation_policy_reference" },
        teams: [{ id: "PFCVPS0", summary: "Engineering", type: "team_reference" }],
        priority: { id: "PSO75BM", summary: "P1", type: "priority_reference" },
        urgency: "high",
        conference_bridge: null,
        resolve_reason: null,
      },
    },
  });
}

/** A notification of Alertmanager (version 4) with that many alerts of one group. */
export function alertmanagerBody(
  count: number,
  {
    status = "firing",
    version = "4",
    group = "tts",
  }: { status?: string; version?: string; group?: string } = {},
): string {
  return JSON.stringify({
    version,
    groupKey: `{}:{alertname="${group}"}`,
    truncatedAlerts: 0,
    status,
    receiver: "patchbay",
    groupLabels: { alertname: group },
    commonLabels: { alertname: group },
    commonAnnotations: {},
    externalURL: "http://alertmanager.example:9093",
    alerts: Array.from({ length: count }, (_, number) => ({
      status,
      labels: { alertname: group, service: "cartesia-tts", instance: `tts-${number}`, severity: "critical" },
      annotations: { summary: `Cartesia TTS errors on tts-${number}` },
      startsAt: "2026-03-01T02:59:00.000Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "http://prometheus.example:9090/graph",
      fingerprint: `c6eadffa33fc${String(number).padStart(4, "0")}`,
    })),
  });
}

/** An incident of Rootly. */
export function rootlyBody({ type = "incident.created", status = "started" } = {}): string {
  return JSON.stringify({
    event: { id: "9839c4ca-5e7b-416d-ad95-d09ae0c8eead", type, issued_at: "2026-03-01T02:59:00.546-08:00" },
    data: {
      id: "b7eed587-50e6-44fe-b010-7a2bb05d737a",
      sequential_id: 19,
      title: "Cartesia TTS errors",
      slug: "cartesia-tts-errors",
      kind: "normal",
      private: false,
      status,
      severity: { id: 1, name: "SEV0" },
      services: [{ id: 4, name: "Cartesia voice" }],
    },
  });
}

/** An incident of incident.io. */
export function incidentIoBody({
  type = "public_incident.incident_created_v2",
  category = "live",
} = {}): string {
  const incident = {
    id: "01FDAG4SAP5TYPT98WGR2N7W91",
    reference: "INC-123",
    name: "Cartesia TTS errors",
    incident_status: { id: "01GBSQF3FHF7FWZQNWGHAVQ804", name: "Investigating", category },
    severity: { id: "01FH5TZRWMNAFB0DZ23FD1TV96", name: "Major", rank: 3 },
    visibility: "public",
    custom_field_entries: [
      {
        custom_field: { id: "01CF", name: "Affected service" },
        values: [{ value_catalog_entry: { id: "01CE", name: "Cartesia voice" } }],
      },
    ],
  };
  const isStatus = type.includes("status_updated");
  return JSON.stringify({ event_type: type, [type]: isStatus ? { incident, message: "Fixed" } : incident });
}
