import { createHash } from "node:crypto";
import { z } from "zod";
import { ownValue, recordOf } from "../../domain/shared/own-value.ts";
import type { Alert } from "../../domain/alerts/alert.ts";
import { keyOf, label, shortLine, textsOf, unreadable, type ReadPayload } from "./payload.ts";

// Alertmanager: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (version 4)
// Grafana: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/ (version 1, with more fields)
const texts = recordOf(z.string());
const group = z.object({
  version: z.enum(["1", "4"]),
  groupKey: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(["firing", "resolved"]),
      labels: texts,
      annotations: texts.nullish(),
      fingerprint: z.string().max(200).nullish(),
    }),
  ),
});
type GroupAlert = z.infer<typeof group>["alerts"][number];

/** The labels that name what an alert is about. */
const serviceLabels = ["service", "job", "app"];

/** The notifications of Alertmanager and of Grafana's contact points: the alerts of one group. */
export function readAlertmanager(payload: unknown): ReadPayload {
  const read = group.safeParse(payload);
  if (!read.success) return unreadable;
  const { groupKey, alerts } = read.data;
  const key = keyOf(`group ${groupKey}`);
  return { kind: "alerts", alerts: alerts.map((each) => alertOf(each, key)) };
}

function alertOf({ status, labels, annotations, fingerprint }: GroupAlert, key: string): Alert {
  const named = Object.entries(labels);
  const name = labels["alertname"] ?? "";
  const title = shortLine(annotations?.["summary"] ?? "") || shortLine(name) || "An alert without a name";
  return {
    id: fingerprint || digestOf(named.map((each) => JSON.stringify(each))),
    key,
    title,
    state: status === "resolved" ? "resolved" : "open",
    services: textsOf(serviceLabels.map((each) => shortLine(ownValue(labels, each) ?? ""))),
    labels: textsOf(named.map(([each, value]) => label(each, value))),
  };
}

function digestOf(lines: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(lines.toSorted())).digest("hex");
}
