import { z } from "zod";
import { changeKinds, snapshotSchema } from "../numbers/change.ts";
import { formatActor } from "../shared/actor.ts";
import { outcomes, type AuditEntry } from "../audit/audit-log.ts";

/** An audit entry, as events have it. Keys without a value are missing, and new keys may be added. */
export const eventData = z.object({
  kind: z.string().describe("What was recorded: change.requested, change.outcome, freeze.set…"),
  sequence: z.int().describe("Increases with every entry."),
  actor: z.string().describe("U123@T123 is a person, cli:root a shell on the server, system:timed Patchbay."),
  requestId: z.string(),
  connection: z.object({ id: z.string(), vendor: z.string(), name: z.string() }).optional(),
  number: z
    .object({
      connectionId: z.string(),
      numberId: z.string(),
      e164: z.string().optional(),
      name: z.string().nullish(),
    })
    .optional(),
  changeId: z.string().optional().describe("The same for a change and its outcomes."),
  change: z.enum(changeKinds).optional(),
  before: snapshotSchema.optional(),
  wanted: snapshotSchema.optional(),
  after: snapshotSchema.optional(),
  labels: z.record(z.string(), z.string()).optional().describe("Names for the ids of agents."),
  reason: z.string().optional(),
  outcome: z.enum(outcomes).optional(),
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
  details: z.record(z.string(), z.string()).optional(),
});

/** An event: CloudEvents 1.0 in structured JSON mode. */
export const eventDocument = z.object({
  specversion: z.literal("1.0"),
  id: z.string().describe("The id of the audit entry; the same when it is sent again."),
  source: z.string().describe("The workspace: /workspaces/T0123ABCD"),
  type: z.string().describe("patchbay. and the kind of the entry"),
  subject: z.string().optional().describe("The number: connections/con_1/numbers/pn_1"),
  time: z.string().describe("When it was recorded: UTC, ISO 8601."),
  datacontenttype: z.literal("application/json"),
  data: eventData,
});
export type EventDocument = z.infer<typeof eventDocument>;

/** An audit entry as an event. Only what is named here is sent: fingerprints of keys and the chain's hashes stay. */
export function eventOf(entry: AuditEntry): EventDocument {
  const { id, workspaceId, at, kind, sequence, actor, requestId, connection, number, details } = entry;
  const { changeId, change, before, wanted, after, labels, reason, outcome, problem } = entry;
  return {
    specversion: "1.0",
    id,
    source: `/workspaces/${workspaceId}`,
    type: `patchbay.${kind}`,
    subject:
      number &&
      `connections/${encodeURIComponent(number.connectionId)}/numbers/${encodeURIComponent(number.numberId)}`,
    time: at,
    datacontenttype: "application/json",
    data: {
      kind,
      sequence,
      actor: formatActor(actor),
      requestId,
      connection: connection && { id: connection.id, vendor: connection.vendor, name: connection.name },
      number: number && { ...number },
      changeId,
      change,
      before: before && { ...before },
      wanted: wanted && { ...wanted },
      after: after && { ...after },
      labels: labels && { ...labels },
      reason,
      outcome,
      problem: problem && { ...problem },
      details: details && presentOf(details),
    },
  };
}

function presentOf(details: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(details).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(given);
}
