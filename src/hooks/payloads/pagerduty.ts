import { z } from "zod";
import { ignored, keyOf, label, line, textsOf, unreadable, words, type ReadPayload } from "./payload.ts";

// V3 webhooks: https://developer.pagerduty.com/docs/webhooks-overview. One event in each request.
const reference = z.object({ summary: line.nullish() }).nullish();
const envelope = z.object({
  event: z.object({
    event_type: z.string(),
    occurred_at: z.iso.datetime({ offset: true }),
    data: z.object({ type: z.string().nullish() }).nullish(),
  }),
});
const incident = z.object({
  id: z.string().min(1).max(100),
  title: words,
  status: z.enum(["triggered", "acknowledged", "resolved"]),
  urgency: line.nullish(),
  service: reference,
  priority: reference,
  teams: z.array(reference).nullish(),
});

/** PagerDuty's V3 webhooks. Of their events, those with the whole incident are used. */
export function readPagerDuty(payload: unknown): ReadPayload {
  const read = envelope.safeParse(payload);
  if (!read.success) return unreadable;
  const { event_type: type, occurred_at: occurredAt, data } = read.data.event;
  if (!type.startsWith("incident.") || data?.type !== "incident") return ignored;
  const found = z.object({ event: z.object({ data: incident }) }).safeParse(payload);
  if (!found.success) return unreadable;
  const { id, title, status, urgency, service, priority, teams } = found.data.event.data;
  const labels = [
    label("urgency", urgency),
    label("priority", priority?.summary),
    ...(teams ?? []).map((team) => label("team", team?.summary)),
  ];
  return {
    kind: "alerts",
    occurredAt,
    alerts: [
      {
        id,
        key: keyOf(id),
        title,
        state: status === "resolved" ? "resolved" : "open",
        services: textsOf([service?.summary]),
        labels: textsOf(labels),
      },
    ],
  };
}
