import type { ChangeDetails } from "../../domain/audit/audit-details.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { reminderAt } from "../../domain/changes/expiry.ts";
import { recordedState, snapshot, wantedState, type Change } from "../../domain/numbers/change.ts";
import { unprovable } from "../../domain/changes/change-record.ts";
import { namesWithNamesakes } from "../../domain/numbers/namesakes.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import { auditConnection, type Context } from "../shared/context.ts";
import { enforcePolicy, type PolicyDecision } from "../access/policy.ts";
import { numberLock } from "../shared/locks.ts";
import {
  claimChange,
  prepareChange,
  recordRefusedChange,
  type Findings,
  type Prepared,
} from "./prepare-change.ts";
import { applyAndVerify, type VerifiedOutcome } from "./apply-and-verify.ts";

/** A recorded and sent change: its outcome, and the number as last seen. */
export interface ChangeResult extends VerifiedOutcome {
  readonly changeId: string;
  readonly connection: Connection;
  readonly change: Change;
  readonly before: PhoneNumber;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  readonly reason: string | undefined;
  /** What allowed it although the number is frozen or protected. */
  readonly policyDecision: PolicyDecision;
  /** When it expires. */
  readonly until: Date | undefined;
  /** Further details of its entries, by name. */
  readonly details: ChangeDetails | undefined;
  readonly at: Date;
  /** When the outcome was determined. */
  readonly verifiedAt: Date;
  /** False if the outcome could not be recorded. The next start then determines it again. */
  readonly outcomeRecorded: boolean;
}

/**
 * The change pipeline, the only way to change a number. Its steps, in this order: permissions, fresh read, whether
 * anything changes, comparison with what the person saw, policy, record, one PATCH, verification, outcome. Changes of
 * one number never overlap in this process.
 *
 * Resolves once the change is on record, whatever its outcome. Throws a Problem if nothing was sent: not_allowed,
 * already_requested, conflict, frozen, approval_required, nothing_to_change, unsupported, invalid_input, not_found,
 * not_recorded, or what the vendor's read throws. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function changeNumber(ctx: Context, request: ChangeRequest): Promise<ChangeResult> {
  return ctx.locks.withLock(numberLock(ctx, request.key), async () => {
    const changeId = request.changeId ?? ctx.newId("chg");
    const findings: Findings = {};
    let prepared: Prepared;
    let policyDecision: PolicyDecision;
    try {
      await claimChange(ctx, changeId, request);
      prepared = await prepareChange(ctx, changeId, request, findings);
      // Last, so that nothing slow happens between this decision and the record.
      policyDecision = await enforcePolicy(ctx, request);
    } catch (error) {
      await recordRefusedChange(ctx, request, findings, error);
      throw error;
    }

    const { open, before, labels, body, until } = prepared;
    const at = ctx.now();
    const startedMs = ctx.monotonicMs();
    const event = eventOf(ctx, request, prepared, policyDecision);
    await writeRecord(ctx, { ...event, kind: "change.requested" }, request, until);

    const update = {
      numberId: before.id,
      vendorTitle: open.vendor.title,
      before: event.before,
      wanted: event.wanted,
      labels,
      send: async () => open.account.patch(before.id, body),
    };
    const verified = await applyAndVerify(open.account, update, ctx.pause);

    const details = verified.isUnprovable ? { ...event.details, ...unprovable } : event.details;
    const verifiedAt = ctx.now();
    const durationMs = Math.round(ctx.monotonicMs() - startedMs);
    const outcomeRecorded = await recordOutcome(ctx, {
      ...event,
      kind: "change.outcome",
      details,
      outcome: verified.outcome,
      after: verified.after && recordedState(request.change, snapshot(verified.after)),
      problem: verified.problem && { code: verified.problem.code, message: verified.problem.message },
      vendorStatus: verified.vendorStatus,
      durationMs,
    });
    const { id: vendor } = open.vendor;
    const { kind } = request.change;
    ctx.metrics.changed(vendor, kind, verified.outcome, durationMs);
    const { requestId } = ctx;
    ctx.log.info({ requestId, changeId, vendor, kind, outcome: verified.outcome }, "change");
    return {
      ...verified,
      changeId,
      connection: open.connection,
      change: request.change,
      before,
      labels,
      reason: request.reason,
      policyDecision,
      until,
      details,
      at,
      verifiedAt,
      outcomeRecorded,
    };
  });
}

/** The common part of both entries of a change. */
function eventOf(
  ctx: Context,
  request: ChangeRequest,
  { changeId, open, before, labels, until }: Prepared,
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
    labels: namesWithNamesakes(labels, [...Object.values(beforeState), ...Object.values(wanted)]),
    reason: request.reason,
    details: detailsOf(request, policyDecision, until),
  } satisfies Omit<AuditEvent, "kind">;
}

/**
 * Further details of the entries: the given ones, what allowed the change, where it was requested (`channel`) and when
 * it expires (`until`).
 */
function detailsOf(
  { details, replyTo }: ChangeRequest,
  policyDecision: PolicyDecision,
  until: Date | undefined,
): ChangeDetails | undefined {
  const all = {
    ...details,
    ...policyDecision.details,
    ...(replyTo?.channelId === undefined ? {} : { channel: replyTo.channelId }),
    ...(until ? { until: until.toISOString() } : {}),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Writes the record together with the expiry. An expiry that is not on record would never happen. */
async function writeRecord(
  ctx: Context,
  event: AuditEvent<"change.requested"> & { readonly changeId: string },
  { key, replyTo }: ChangeRequest,
  until: Date | undefined,
): Promise<void> {
  if (!until) {
    await ctx.workspace.audit.append(event);
    return;
  }
  const now = ctx.now();
  await ctx.workspace.temporaryChanges.begin(event, {
    ...key,
    changeId: event.changeId,
    endsAt: until,
    lastsMs: until.getTime() - now.getTime(),
    remindAt: reminderAt(now, until),
    dueAt: now,
    place: { userId: replyTo?.userId, channelId: replyTo?.channelId, threadTs: replyTo?.threadTs },
  });
}

async function recordOutcome(ctx: Context, event: AuditEvent): Promise<boolean> {
  try {
    await ctx.workspace.audit.append(event);
    return true;
  } catch (error) {
    if (!isProblem(error, "not_recorded")) throw error;
    ctx.log.error({ requestId: ctx.requestId, changeId: event.changeId, err: error }, "outcome not recorded");
    return false;
  }
}
