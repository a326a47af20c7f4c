import { personOf } from "../../domain/shared/actor.ts";
import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { agentKey, agentIdsOf, recordedState, snapshot, wantedState } from "../../domain/numbers/change.ts";
import { answeringBesides, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isSettled } from "../../domain/changes/change-record.ts";
import { reminderAt } from "../../domain/changes/expiry.ts";
import type { Lease } from "../../domain/shared/lease.ts";
import { namesWithNamesakes } from "../../domain/numbers/namesakes.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import { onCallDetails } from "../access/permissions.ts";
import type { PolicyDecision } from "../access/policy.ts";
import { auditConnection, type Context, type OpenConnection } from "../shared/context.ts";
import type { VerifiedOutcome } from "./apply-and-verify.ts";
import type { Prepared } from "./prepare-change.ts";

/** The common part of both entries of a change. */
export function eventOf(
  ctx: Context,
  request: ChangeRequest,
  { changeId, open, before, labels, until, onCall }: Prepared,
  policyDecision: PolicyDecision,
) {
  const wanted = wantedState(request.change);
  const beforeState = recordedState(request.change, snapshot(before));
  return {
    actor: ctx.actor,
    requestId: ctx.requestId,
    changeId,
    connection: auditConnection(open.connection),
    number: { ...request.key, e164: before.e164, name: before.name },
    change: request.change.kind,
    before: beforeState,
    wanted,
    labels: namesWithNamesakes(labels, agentIdsOf(beforeState, wanted)),
    reason: request.reason,
    details: detailsOf(request, { open, before, until, onCall }, policyDecision),
  } satisfies Omit<AuditEvent, "kind">;
}

/**
 * Further details of the entries: the given ones, what allowed the change, where it was requested (`channel`), when it
 * expires (`until`), and what answers besides an agent.
 */
function detailsOf(
  { change, details, replyTo }: ChangeRequest,
  { open, before, until, onCall }: Pick<Prepared, "open" | "before" | "until" | "onCall">,
  policyDecision: PolicyDecision,
): ChangeDetails | undefined {
  const all = {
    ...details,
    ...policyDecision.details,
    ...onCallDetails(onCall),
    ...(replyTo?.channelId === undefined ? {} : { channel: replyTo.channelId }),
    ...(replyTo?.threadTs === undefined ? {} : { thread: replyTo.threadTs }),
    ...(until ? { until: until.toISOString() } : {}),
    ...(agentKey in wantedState(change) ? besidesDetails(open, before, change.kind === "detach") : {}),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

function besidesDetails({ vendor }: OpenConnection, before: PhoneNumber, isDetached: boolean): ChangeDetails {
  const besides = answeringBesides(before, isDetached);
  if (Object.keys(besides).length > 0) return besides;
  return vendor.capabilities.mayAnswerWithoutAgent ? { besides: "nothing" } : {};
}

/** What a record is written with. */
interface RecordParts {
  readonly request: ChangeRequest;
  /** When it expires. */
  readonly until: Date | undefined;
  /** Of the number's lock, and of the rules' lock if the change touches one. */
  readonly leases: readonly Lease[];
}

/**
 * Writes the record together with the expiry, while this process holds the locks. An expiry that is not on
 * record would never happen.
 */
export async function writeRecord(
  ctx: Context,
  event: AuditEvent<"change.requested"> & { readonly changeId: string },
  { request: { key, replyTo }, until, leases }: RecordParts,
): Promise<void> {
  if (!until) {
    await ctx.workspace.audit.append(event, ...leases);
    return;
  }
  const now = ctx.now();
  const temporary = {
    ...key,
    changeId: event.changeId,
    endsAt: until,
    durationMs: until.getTime() - now.getTime(),
    remindAt: reminderAt(now, until),
    dueAt: now,
    place: {
      userId: replyTo?.userId ?? personOf(ctx.actor),
      channelId: replyTo?.channelId,
      threadTs: replyTo?.threadTs,
    },
  };
  await ctx.workspace.temporaryChanges.begin(event, temporary, ...leases);
}

/** What became of the outcome of a change. */
interface RecordedOutcome {
  readonly verified: VerifiedOutcome;
  /** See `ChangeResult`. */
  readonly outcomeRecorded: boolean;
}

/**
 * Records the outcome, unless another server has found it out since this one lost the number's lock. What was read from
 * the number counts only with the lock: others may have changed it. Without the lock that is unknown.
 */
export async function recordOutcome(
  ctx: Context,
  event: Omit<AuditEvent<"change.outcome">, "kind"> & { readonly changeId: string },
  found: VerifiedOutcome,
  lease: Lease,
): Promise<RecordedOutcome> {
  const { outcome, problem, vendorStatus } = found;
  const isCertain = outcome !== "unknown" && !found.readBack;
  const entry = {
    ...event,
    kind: "change.outcome",
    outcome,
    problem: problem && { code: problem.code, message: problem.message },
    vendorStatus,
  } as const;
  try {
    if (await writeOutcome(ctx, entry, { isCertain, lease }))
      return { verified: found, outcomeRecorded: true };
  } catch (error) {
    if (!isProblem(error, "not_recorded")) throw error;
    const { changeId } = event;
    ctx.log.error({ requestId: ctx.requestId, changeId, err: error }, "outcome not recorded");
    if (!isLockLost(error)) return { verified: found, outcomeRecorded: false };
  }
  return determinedByOthers(ctx, event.changeId, found);
}

/** Returns false if another server has found the outcome out. */
async function writeOutcome(
  ctx: Context,
  entry: AuditEvent<"change.outcome"> & { readonly changeId: string },
  { isCertain, lease }: { readonly isCertain: boolean; readonly lease: Lease },
): Promise<boolean> {
  const { audit } = ctx.workspace;
  try {
    await audit.append(entry, lease);
    return true;
  } catch (error) {
    if (!isCertain || !isLockLost(error)) throw error;
    return audit.settle(entry);
  }
}

function isLockLost(error: unknown): boolean {
  return isProblem(error, "not_recorded") && error.details.field === "lock";
}

/** The outcome of a change whose lock was lost after it was sent. */
async function determinedByOthers(
  ctx: Context,
  changeId: string,
  found: VerifiedOutcome,
): Promise<RecordedOutcome> {
  const record = await ctx.workspace.audit.change(changeId);
  const outcome = record.outcome?.outcome;
  if (outcome === undefined || !isSettled(record)) {
    const words = "This server was held up while it waited for the vendor. Patchbay reads the number again.";
    const problem = new Problem("outcome_unknown", words);
    return { verified: { ...found, outcome: "unknown", problem }, outcomeRecorded: false };
  }
  const { code = "bug", message = "" } = record.outcome?.problem ?? {};
  const problem = code === "bug" ? undefined : new Problem(code, message);
  return { verified: { ...found, outcome, problem }, outcomeRecorded: true };
}
