import { z } from "zod";
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

// https://docs.rootly.com/configuration/event-payloads
const names = z.array(named).nullish();
const envelope = z.object({ event: z.object({ type: z.string() }), data: z.object({}) });
const incident = z.object({
  id: idText,
  sequential_id: z.number().int().nullish(),
  title: words,
  status: line.nullish(),
  severity: named,
  services: names,
  functionalities: names,
  environments: names,
  groups: names,
});
const alert = z.object({
  id: idText,
  summary: words,
  source: line.nullish(),
  status: line.nullish(),
  ended_at: z.string().nullish(),
  services: names,
  labels: z
    .array(
      z
        .object({ key: line, value: z.union([line, z.number(), z.boolean()]) })
        .nullable()
        .catch(null),
    )
    .nullish(),
});

const overStatuses: ReadonlySet<string> = new Set(["resolved", "cancelled", "closed", "completed"]);
const overEvents = /\.(?:resolved|cancelled|deleted)$/u;

/** Rootly's outgoing webhooks about incidents and alerts. */
export function readRootly(payload: unknown): ReadPayload {
  const read = envelope.safeParse(payload);
  if (!read.success) return unreadable;
  const { type } = read.data.event;
  // Planned maintenance is no alert.
  if (/^incident\.(?!scheduled\.)/u.test(type)) return readIncident(type, payload);
  return type.startsWith("alert.") ? readAlert(type, payload) : ignored;
}

function readIncident(type: string, payload: unknown): ReadPayload {
  const read = z.object({ data: incident }).safeParse(payload);
  if (!read.success) return unreadable;
  const { id, sequential_id: number, title, status, severity, services, ...other } = read.data.data;
  const isOver = overEvents.test(type) || overStatuses.has(status ?? "");
  const labelled = (name: string, list: z.infer<typeof names>): string[] =>
    (list ?? []).map((each) => label(name, each?.name));
  const labels = [
    label("severity", severity?.name),
    ...labelled("environment", other.environments),
    ...labelled("functionality", other.functionalities),
    ...labelled("team", other.groups),
  ];
  return {
    kind: "alerts",
    alerts: [
      {
        id,
        key: typeof number === "number" ? `ROOTLY-${number}` : keyOf(id),
        title,
        state: isOver ? "resolved" : "open",
        services: textsOf((services ?? []).map((each) => each?.name)),
        labels: textsOf(labels),
      },
    ],
  };
}

function readAlert(type: string, payload: unknown): ReadPayload {
  const read = z.object({ data: alert }).safeParse(payload);
  if (!read.success) return unreadable;
  const { id, summary, source, status, ended_at: endedAt, services, labels } = read.data.data;
  const isOver = overEvents.test(type) || overStatuses.has(status ?? "") || typeof endedAt === "string";
  const own = (labels ?? []).map((each) => (each ? label(each.key, String(each.value)) : ""));
  return {
    kind: "alerts",
    alerts: [
      {
        id: `alert:${id}`,
        key: keyOf(`alert:${id}`),
        title: summary,
        state: isOver ? "resolved" : "open",
        services: textsOf((services ?? []).map((each) => each?.name)),
        labels: textsOf([label("source", source), ...own]),
      },
    ],
  };
}
