import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import { deservesFirstCall } from "../../domain/changes/first-call-lane.ts";
import { recordedState, snapshot, type Change, type Snapshot } from "../../domain/numbers/change.ts";
import { unprovable } from "../../domain/changes/change-record.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { Lease } from "../../domain/shared/lease.ts";
import type { VendorId } from "../../domain/vendor/vendor.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import type { Context } from "../shared/context.ts";
import { effectsOf, prepareRuleCheck, readRules } from "../access/enforce-rules.ts";
import { enforcePolicy, type PolicyDecision } from "../access/policy.ts";
import { numberLock } from "../shared/locks.ts";
import { sideBySide } from "../shared/side-by-side.ts";
import { traced } from "../shared/traced.ts";
import { claimChange, prepareChange, recordRefusedChange, type Findings } from "./prepare-change.ts";
import { applyAndVerify, type VerifiedOutcome } from "./apply-and-verify.ts";
import { eventOf, recordOutcome, writeRecord } from "./record-change.ts";

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
 * one number never overlap, whichever servers make them.
 *
 * Resolves once the change is on record, whatever its outcome. Throws a Problem if nothing was sent: not_allowed,
 * already_requested, conflict, frozen, approval_required, ruled_out, nothing_to_change, unsupported, invalid_input, not_found,
 * not_recorded, or what the vendor's read throws. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function changeNumber(ctx: Context, request: ChangeRequest): Promise<ChangeResult> {
  return ctx.locks.withLock(numberLock(ctx, request.key), async (lease) =>
    changeLockedNumber(ctx, request, lease),
  );
}

/** The change pipeline for a caller that holds the number's lock. */
export async function changeLockedNumber(
  ctx: Context,
  request: ChangeRequest,
  lease: Lease,
): Promise<ChangeResult> {
  const changeId = request.changeId ?? ctx.newId("chg");
  const findings: Findings = {};
  const orRecordRefusal = async <Result>(decide: () => Promise<Result>): Promise<Result> => {
    try {
      return await decide();
    } catch (error) {
      await recordRefusedChange(ctx, request, findings, error);
      throw error;
    }
  };
  const { prepared, check } = await orRecordRefusal(async () => {
    // The request is claimed and the rules are read while the vendor answers.
    const [, made, rules] = await sideBySide(
      claimChange(ctx, changeId, request),
      prepareChange(ctx, changeId, request, findings),
      readRules(ctx),
    );
    const effects = effectsOf(request.key, request.change, made.before);
    return { prepared: made, check: await prepareRuleCheck(ctx, effects, rules) };
  });

  const { open, before, labels, body, until } = prepared;
  const { policyDecision, event, at, startedMs } = await check.exclusively(async (...others) => {
    // Last, so that nothing slow happens between this decision and the record.
    const decision = await orRecordRefusal(async () => enforcePolicy(ctx, request, check));
    const made = eventOf(ctx, request, prepared, decision);
    const moment = { at: ctx.now(), startedMs: ctx.monotonicMs() };
    const parts = { request, until, leases: [lease, ...others] };
    await traced(ctx, "record", async () => writeRecord(ctx, { ...made, kind: "change.requested" }, parts));
    return { policyDecision: decision, event: made, ...moment };
  });

  const update = {
    numberId: before.id,
    vendorTitle: open.vendor.title,
    before: event.before,
    wanted: event.wanted,
    labels,
    send: async () => open.account.patch(before.id, body, lease.leftMs),
  };
  const found = await traced(ctx, "prove", async () => applyAndVerify(open.account, update, ctx.pause));

  const details = found.isUnprovable ? { ...event.details, ...unprovable } : event.details;
  const verifiedAt = ctx.now();
  const durationMs = Math.round(ctx.monotonicMs() - startedMs);
  const outcomeEvent = {
    ...event,
    details: withAnsweredAt(details, event.wanted, found),
    durationMs,
    after: found.after && recordedState(request.change, snapshot(found.after)),
  };
  const { verified, outcomeRecorded } = await recordOutcome(ctx, outcomeEvent, found, lease);
  const { id: vendor } = open.vendor;
  const { kind } = request.change;
  ctx.metrics.changed(vendor, kind, verified.outcome, durationMs);
  traceChange(ctx, request, { vendor, changeId, durationMs, found: verified });
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
}

function traceChange(
  { tracer, requestId, workspace }: Context,
  { key, change }: ChangeRequest,
  made: {
    readonly vendor: VendorId;
    readonly changeId: string;
    readonly durationMs: number;
    readonly found: VerifiedOutcome;
  },
): void {
  const { vendor, changeId, durationMs: ms, found } = made;
  const { outcome, problem } = found;
  const facts = {
    workspace: workspace.id,
    vendor,
    connection: key.connectionId,
    change: change.kind,
    changeId,
  };
  tracer.ended(requestId, { name: "change", ms, facts: { ...facts, outcome, problem: problem?.code } });
}

/** When the vendor answered, by its clock: calls after that show who answers. */
function withAnsweredAt(
  details: ChangeDetails | undefined,
  wanted: Snapshot,
  { outcome, answeredAt }: VerifiedOutcome,
): ChangeDetails | undefined {
  if (!answeredAt || !deservesFirstCall({ outcome, wanted })) return details;
  return { ...details, answeredAt: answeredAt.toISOString() };
}
