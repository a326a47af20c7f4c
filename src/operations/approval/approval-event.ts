import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { ChangeApproval, RequestedRun, RunApproval } from "../../domain/changes/approval.ts";
import { wantedState } from "../../domain/numbers/change.ts";
import type { Context } from "../shared/context.ts";

/** What every entry about a request for approval has. */
type ApprovalEvent = Omit<AuditEvent<"approval.requested">, "kind">;

/** The common part of the audit entries of an approval request. */
export function approvalEvent(
  { actor, requestId }: Pick<Context, "actor" | "requestId">,
  { id, asked }: Pick<ChangeApproval, "id" | "asked"> | Pick<RunApproval, "id" | "asked">,
): ApprovalEvent {
  // The reason is the asker's, also in the entry of somebody else's decision.
  const reasonOf = asked.userId;
  if ("runId" in asked) return { actor, requestId, reasonOf, ...runEvent(id, asked) };
  const { changeId, key, change, seen, reason, e164, name, connection, labels, details } = asked;
  return {
    actor,
    requestId,
    changeId,
    connection,
    number: { ...key, e164, name },
    change: change.kind,
    before: seen,
    wanted: wantedState(change),
    labels,
    reason,
    reasonOf,
    details: { ...details, approval: id },
  };
}

/** How an entry shows how many approvals are wanted, if that is more than one, and how many there are. */
export function wantedDetails(
  wanted: number,
  given?: number,
): { readonly wanted?: string; readonly given?: string } {
  if (wanted < 2) return {};
  return { wanted: String(wanted), ...(given === undefined ? {} : { given: String(given) }) };
}

function runEvent(id: string, asked: RequestedRun): Pick<ApprovalEvent, "reason" | "details"> {
  const { kind, runId, preview, plan, reason, incident, channelId, changes } = asked;
  return {
    reason,
    details: {
      approval: id,
      run: runId,
      ...(kind === "routes"
        ? { proposal: plan.title }
        : { plan: plan.slug, revision: String(plan.revision) }),
      changes: String(changes),
      protected: String(asked.protected),
      preview,
      ...(kind === "back" || kind === "routes" ? { kind } : {}),
      ...(incident === undefined ? {} : { incident }),
      ...(channelId === undefined ? {} : { channel: channelId }),
    },
  };
}
