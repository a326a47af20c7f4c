import type { AuditEvent, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { personOf } from "../../domain/shared/actor.ts";
import { unprovable } from "../../domain/changes/change-record.ts";
import type { UninstallBatch, UninstallCounts } from "../../domain/ports/installations.ts";
import { runTitle } from "../../domain/runs/run.ts";
import { runDetails } from "../runs/run-events.ts";
import { auditConnection } from "../shared/context.ts";
import { approvalEvent } from "../approval/approval-event.ts";
import { aboutChange } from "../expiry/manage-expiry.ts";

/** The event that says that a workspace removed Patchbay, or revoked its token. */
export interface UninstallEvent {
  /** The kind of event, for the entries' actor. */
  readonly job: string;
  readonly requestId: string;
  readonly at: Date;
}

/** The entries of an uninstall: one for each removed key, and one for each piece of work that was cancelled. */
export function uninstallAuditEvents(
  batch: UninstallBatch,
  { job, requestId }: UninstallEvent,
): readonly AuditEvent[] {
  const by = { actor: { kind: "system", job }, requestId } as const;
  const { connections, unsettled, timed, approvals, runs, total } = batch;
  const gone = (rest: string) =>
    ({ code: "not_connected", message: `The workspace removed Patchbay, so ${rest}` }) as const;
  return [
    ...connections.map((connection): AuditEvent => ({
      ...by,
      kind: "connection.removed",
      connection: auditConnection(connection),
      outcome: "applied",
      reason: "the workspace removed Patchbay",
    })),
    ...timed.map((record): AuditEvent => ({
      ...by,
      ...aboutChange(record),
      kind: "timed.left",
      problem: gone("nobody puts the number back at the end of this change. It stays as it is."),
      details: { why: "failed" },
    })),
    ...approvals.map((approval): AuditEvent => ({
      ...approvalEvent(by, approval),
      kind: "approval.expired",
      outcome: "applied",
      problem: gone("this request is over. Nothing was changed."),
    })),
    ...runs.map((run): AuditEvent => {
      const problem = gone(`${runTitle(run)} stops. What it has not changed so far stays as it is.`);
      const { id, kind, incident = "" } = run;
      const stopped = { ...by, outcome: "refused", problem } as const;
      return kind === "revert"
        ? { ...stopped, kind: "incident.reverted", details: { incident, revert: id } }
        : { ...stopped, kind: "failover.stopped", details: runDetails(run) };
    }),
    ...unsettled.map((record) => unsettledEntry(record, by)),
    ...(total === undefined ? [] : [uninstalledEvent(total, by)]),
  ];
}

function uninstalledEvent(total: UninstallCounts, by: Pick<AuditEvent, "actor" | "requestId">): AuditEvent {
  return {
    ...by,
    kind: "workspace.uninstalled",
    outcome: "applied",
    details: {
      connections: String(total.connections),
      unsettled: String(total.unsettled),
      unsaid: String(total.undelivered),
      owed: String(total.unreported),
      timed: String(total.timed),
      approvals: String(total.approvals),
      reverts: String(total.runs),
    },
  };
}

/** A change whose outcome can no longer be read. */
function unsettledEntry(record: ChangeRecord, by: Pick<AuditEvent, "actor" | "requestId">): AuditEvent {
  const { actor, before, wanted, labels, reason } = record.requested;
  return {
    ...by,
    ...aboutChange(record),
    kind: "change.outcome",
    before,
    wanted,
    labels,
    reason,
    reasonOf: personOf(actor) ?? record.requested.details?.for,
    outcome: "unknown",
    details: { ...record.requested.details, ...unprovable },
    problem: {
      code: "not_connected",
      message: "The workspace removed Patchbay, so nobody can look any more. It is not looked at again.",
    },
  };
}
