import { z } from "zod";
import type { Alert, AlertState } from "../../domain/alerts/alert.ts";
import { ownValue, recordOf } from "../../domain/shared/own-value.ts";
import {
  idText,
  ignored,
  keyOf,
  label,
  line,
  named,
  textsOf,
  unreadable,
  words,
  type ReadPayload,
} from "./payload.ts";

// incident.io: https://docs.incident.io/integrations/webhooks and the webhooks of its API reference.
const incidentIo = z.object({ event_type: z.string() });
const incident = z.object({
  id: idText,
  reference: line.nullish(),
  name: words,
  incident_status: z.object({ name: line.nullish(), category: line.nullish() }).nullish(),
  severity: named,
  incident_type: named,
  custom_field_entries: z
    .array(
      z.object({
        custom_field: named,
        values: z
          .array(
            z.object({
              value_catalog_entry: named,
              value_option: z.object({ value: line.nullish() }).nullish(),
              value_text: line.nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish()
    .catch(null),
});

/** Categories of a status in which the incident needs nobody any more. */
const overCategories: ReadonlySet<string> = new Set([
  "closed",
  "learning",
  "paused_learning",
  "declined",
  "canceled",
  "merged",
]);

// Anything else that is signed after Standard Webhooks: `type`, and the alert in `data`.
const generic = z.object({
  type: z.string(),
  data: z.object({
    id: idText,
    title: words,
    status: z.enum(["open", "firing", "triggered", "acknowledged", "resolved", "closed"]),
    key: line.nullish(),
    service: line.nullish(),
    services: z.array(line).nullish(),
    labels: recordOf(z.union([z.string(), z.number(), z.boolean()])).nullish(),
  }),
});

/** Alerts that are signed after Standard Webhooks: those of incident.io, and those of anything else. */
export function readStandard(payload: unknown): ReadPayload {
  const read = incidentIo.safeParse(payload);
  if (read.success) return readIncidentIo(read.data.event_type, payload);
  const other = generic.safeParse(payload);
  if (!other.success) return unreadable;
  const { id, title, status, key, service, services, labels } = other.data.data;
  return alerts({
    id,
    key: keyOf(key || id),
    title,
    state: status === "resolved" || status === "closed" ? "resolved" : "open",
    services: textsOf([service, ...(services ?? [])]),
    labels: textsOf(Object.entries(labels ?? {}).map(([name, value]) => label(name, String(value)))),
  });
}

const known = /^public_incident\.incident_(?:created|updated|status_updated)_v2$/u;
/** The same in a version that has not been published when this was written. */
const newer = /^public_incident\.incident_(?:created|updated|status_updated)_v\d+$/u;

function readIncidentIo(type: string, payload: unknown): ReadPayload {
  if (!known.test(type)) return newer.test(type) ? unreadable : ignored;
  const content = ownValue(z.record(z.string(), z.unknown()).safeParse(payload).data ?? {}, type);
  // A change of the status has the incident inside.
  const inside = z.object({ incident: z.object({}).loose() }).safeParse(content);
  const read = incident.safeParse(inside.success ? inside.data.incident : content);
  if (!read.success) return unreadable;
  const { id, reference, name, incident_status: status, severity, incident_type: kind } = read.data;
  const fields = (read.data.custom_field_entries ?? []).flatMap(({ custom_field: field, values }) =>
    (values ?? []).map((value) =>
      label(
        field?.name ?? "",
        value.value_catalog_entry?.name ?? value.value_option?.value ?? value.value_text,
      ),
    ),
  );
  const isOver = overCategories.has(status?.category ?? "");
  return alerts({
    id,
    key: keyOf(reference || id),
    title: name,
    state: isOver ? "resolved" : "open",
    services: textsOf(fields.map((field) => field.replace(/^[^=]*=/u, ""))),
    labels: textsOf([
      label("severity", severity?.name),
      label("type", kind?.name),
      label("status", status?.name),
      ...fields,
    ]),
  });
}

function alerts(alert: Omit<Alert, "state"> & { readonly state: AlertState }): ReadPayload {
  return { kind: "alerts", alerts: [alert] };
}
