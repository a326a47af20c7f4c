import { createHash } from "node:crypto";
import { longestAlertText, type Alert } from "../../domain/alerts/alert.ts";
import type { AlertSource } from "../../domain/alerts/hook.ts";
import { readAlertmanager } from "./alertmanager.ts";
import { readPagerDuty } from "./pagerduty.ts";
import type { ReadPayload } from "./payload.ts";
import { readRootly } from "./rootly.ts";
import { readStandard } from "./standard.ts";

/** An alert with the SHA-256 of what was reported of it. */
export type HashedAlert = Alert & { readonly hash: string };

const readers: Readonly<Record<AlertSource, (payload: unknown) => ReadPayload>> = {
  pagerduty: readPagerDuty,
  rootly: readRootly,
  grafana: readAlertmanager,
  standard: readStandard,
};

/** The alerts in the body of a verified request, or why there are none. */
export function readPayload(
  source: AlertSource,
  body: Buffer,
): Exclude<ReadPayload, { readonly kind: "alerts" }> | ReadAlerts {
  let payload: unknown;
  try {
    payload = JSON.parse(body.toString("utf8"));
  } catch {
    return { kind: "unreadable" };
  }
  const read = readers[source](payload);
  if (read.kind !== "alerts") return read;
  return { ...read, alerts: read.alerts.slice(0, mostAlerts).map(hashed) };
}

/** The alerts of one request. */
export interface ReadAlerts {
  readonly kind: "alerts";
  readonly alerts: readonly HashedAlert[];
  readonly occurredAt?: string | undefined;
}

/** The most alerts of one request that are used. */
const mostAlerts = 1_000;

function hashed(alert: Alert): HashedAlert {
  const { id, title, state, services, labels } = alert;
  const hash = createHash("sha256")
    .update(JSON.stringify([title, state, services, labels]))
    .digest("hex");
  const kept = id.length <= longestAlertText ? id : createHash("sha256").update(id).digest("hex");
  return { ...alert, id: kept, hash };
}
