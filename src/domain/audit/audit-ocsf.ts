import { formatActor } from "../shared/actor.ts";
import type { AuditKind } from "./audit-kind.ts";
import type { AuditEntry, Outcome } from "./audit-log.ts";
import { ownValue } from "../shared/own-value.ts";

/** The schema version of the events. https://schema.ocsf.io/1.3.0/classes/api_activity */
export const ocsfVersion = "1.3.0";

const classUid = 6003;
const informational = 1;
const activityNames = { 1: "Create", 2: "Read", 3: "Update", 4: "Delete" } as const;
type ActivityId = keyof typeof activityNames;

/**
 * Converts an entry to an OCSF event of the class API Activity. Data without a field in that class is in `unmapped`.
 */
export function ocsfEvent(entry: AuditEntry): Readonly<Record<string, unknown>> {
  const activity = ownValue(activities, entry.kind) ?? 3;
  const status = statusOf(entry.outcome);
  return {
    activity_id: activity,
    activity_name: activityNames[activity],
    category_name: "Application Activity",
    category_uid: 6,
    class_name: "API Activity",
    class_uid: classUid,
    type_name: `API Activity: ${activityNames[activity]}`,
    type_uid: classUid * 100 + activity,
    severity: "Informational",
    severity_id: informational,
    time: Date.parse(entry.at),
    status: status.name,
    status_id: status.id,
    status_code: entry.problem?.code ?? entry.outcome,
    status_detail: entry.problem?.message,
    message: entry.reason,
    duration: entry.durationMs === undefined ? undefined : Math.round(entry.durationMs),
    metadata: {
      version: ocsfVersion,
      product: { name: "Patchbay", vendor_name: "Patchbay" },
      uid: entry.id,
      event_code: entry.kind,
      correlation_uid: entry.changeId ?? entry.requestId,
      tenant_uid: entry.workspaceId,
      sequence: entry.sequence,
      log_name: "audit",
    },
    actor: { user: userOf(entry) },
    api: {
      operation: entry.change ?? entry.kind,
      request: { uid: entry.requestId },
      service: { name: entry.connection?.vendor ?? "patchbay" },
      ...(entry.vendorStatus === undefined ? {} : { response: { code: entry.vendorStatus } }),
    },
    src_endpoint: { name: endpoints[entry.actor.kind] },
    resources: resourcesOf(entry),
    unmapped: {
      position: entry.position,
      previous_hash: entry.previousHash,
      hash: entry.hash,
      before: entry.before,
      wanted: entry.wanted,
      after: entry.after,
      labels: entry.labels,
      details: entry.details,
    },
  };
}

const endpoints = {
  user: "Slack",
  system: "Patchbay's server",
  cli: "Patchbay's server",
  token: "HTTP API",
} as const;

// All other kinds are updates of a number or a connection, or refused updates.
const activities: Readonly<Partial<Record<AuditKind, ActivityId>>> = {
  "connection.added": 1,
  "workspace.installed": 1,
  "freeze.set": 1,
  "protection.set": 1,
  "approval.requested": 1,
  "connection.tested": 2,
  "audit.exported": 2,
  "audit.retired": 4,
  "hold.set": 1,
  "hold.lifted": 4,
  "person.erased": 4,
  "incident.started": 1,
  "plan.saved": 1,
  "plan.approved": 1,
  "rule.set": 1,
  "drift.seen": 2,
  "proof.seen": 2,
  "proof.contradicted": 2,
  "proof.failing": 2,
  "proof.denied": 2,
  "failover.drilled": 2,
  "connection.removed": 4,
  "workspace.uninstalled": 4,
  "freeze.lifted": 4,
  "freeze.ended": 4,
  "protection.lifted": 4,
  "plan.removed": 4,
  "rule.removed": 4,
  "token.made": 1,
  "token.revoked": 4,
  "token.expired": 4,
  "hook.made": 1,
  "hook.removed": 4,
  "oncall.added": 1,
  "oncall.removed": 4,
  "oncall.stale": 2,
  "proposal.made": 1,
  "runbook.set": 1,
  "runbook.removed": 4,
};

function statusOf(outcome: Outcome | undefined): { readonly id: number; readonly name: string } {
  if (outcome === "applied") return { id: 1, name: "Success" };
  return outcome === "refused" ? { id: 2, name: "Failure" } : { id: 0, name: "Unknown" };
}

function userOf({ actor }: AuditEntry): Readonly<Record<string, unknown>> {
  switch (actor.kind) {
    case "user":
      return { uid: actor.userId, type_id: 1, type: "User", org: { uid: actor.workspaceId } };
    case "system":
      return { uid: formatActor(actor), type_id: 3, type: "System" };
    case "cli":
      return { uid: formatActor(actor), name: actor.osUser, type_id: 2, type: "Admin" };
    case "token":
      return { uid: formatActor(actor), name: actor.name, type_id: 3, type: "System" };
  }
}

function resourcesOf({ number, connection }: AuditEntry): readonly unknown[] {
  return [
    ...(number
      ? [
          {
            uid: number.numberId,
            name: number.name ?? number.e164,
            type: "phone number",
            data: { e164: number.e164, connection_id: number.connectionId },
          },
        ]
      : []),
    ...(connection
      ? [{ uid: connection.id, name: connection.name, type: `connection to ${connection.vendor}` }]
      : []),
  ];
}
