import type { AlertSource } from "../../domain/alerts/hook.ts";

/** An alert of the demo. */
export interface DemoAlert {
  /** The how many-th incident of its source it is. */
  readonly number: number;
  readonly isOver: boolean;
  /** How many alerts at once, where a source sends several. */
  readonly count: number;
  readonly now: Date;
}

const title = "Callers hear silence at Cartesia";
const service = "Cartesia voice";

/** What a source sends about an alert, shaped as its documents show it. */
export function alertBody(source: AlertSource, alert: DemoAlert): string {
  return JSON.stringify(bodies[source](alert));
}

const bodies: Readonly<Record<AlertSource, (alert: DemoAlert) => object>> = {
  pagerduty: ({ number, isOver, now }) => ({
    event: {
      id: `01DEMO${now.getTime()}`,
      event_type: isOver ? "incident.resolved" : "incident.triggered",
      resource_type: "incident",
      occurred_at: now.toISOString(),
      data: {
        id: `PDEMO${number}`,
        type: "incident",
        html_url: `https://harbour.pagerduty.com/incidents/PDEMO${number}`,
        number,
        status: isOver ? "resolved" : "triggered",
        title,
        service: { id: "PF9KMXH", summary: service, type: "service_reference" },
        priority: { id: "PSO75BM", summary: "P1", type: "priority_reference" },
        teams: [],
        urgency: "high",
      },
    },
  }),
  rootly: ({ number, isOver, now }) => ({
    event: {
      id: `9839c4ca-5e7b-416d-ad95-${String(now.getTime()).slice(-12).padStart(12, "0")}`,
      type: isOver ? "incident.resolved" : "incident.created",
      issued_at: now.toISOString(),
    },
    data: {
      id: `b7eed587-50e6-44fe-b010-${String(number).padStart(12, "0")}`,
      sequential_id: 40 + number,
      title,
      kind: "normal",
      status: isOver ? "resolved" : "started",
      severity: { id: 1, name: "SEV0" },
      services: [{ id: 4, name: service }],
    },
  }),
  grafana: ({ number, isOver, count, now }) => {
    const status = isOver ? "resolved" : "firing";
    const labels = { alertname: "CartesiaSilence", service: "cartesia-tts", severity: "critical" };
    return {
      version: "4",
      groupKey: `{}:{alertname="CartesiaSilence",round="${number}"}`,
      truncatedAlerts: 0,
      status,
      receiver: "patchbay",
      groupLabels: { alertname: labels.alertname },
      commonLabels: labels,
      commonAnnotations: { summary: title },
      externalURL: "http://alertmanager.harbour.example:9093",
      alerts: Array.from({ length: count }, (_, at) => ({
        status,
        labels: { ...labels, instance: `tts-${at}` },
        annotations: { summary: title },
        startsAt: now.toISOString(),
        endsAt: isOver ? now.toISOString() : "0001-01-01T00:00:00Z",
        fingerprint: `${String(number).padStart(4, "0")}feadffa3${String(at).padStart(4, "0")}`,
      })),
    };
  },
  standard: ({ number, isOver }) => {
    const type = isOver
      ? "public_incident.incident_status_updated_v2"
      : "public_incident.incident_created_v2";
    const incident = {
      id: `01FDAG4SAP5TYPT98WGR2N7W${String(number).padStart(2, "0")}`,
      reference: `INC-${120 + number}`,
      name: title,
      incident_status: isOver
        ? { id: "01GBSQF3FHF7FWZQNWGHAVQ805", name: "Closed", category: "closed" }
        : { id: "01GBSQF3FHF7FWZQNWGHAVQ804", name: "Investigating", category: "live" },
      severity: { id: "01FH5TZRWMNAFB0DZ23FD1TV96", name: "Major", rank: 3 },
      visibility: "public",
      custom_field_entries: [
        {
          custom_field: { id: "01CF", name: "Affected service" },
          values: [{ value_catalog_entry: { id: "01CE", name: service } }],
        },
      ],
    };
    return { event_type: type, [type]: isOver ? { incident, message: "Closed" } : incident };
  },
};
