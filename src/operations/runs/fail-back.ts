import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { longestReason } from "../../domain/access/reason-rule.ts";
import type { RunApproval } from "../../domain/changes/approval.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import {
  isSameRequester,
  runTitle,
  type Run,
  type RunRequester,
  type RunTerms,
} from "../../domain/runs/run.ts";
import { isPlanned, needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { previewPolicy } from "../access/policy.ts";
import { assertRole, onCallDetails, recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import { runNotApproved } from "../approval/wanted-approvals.ts";
import type { Context } from "../shared/context.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { checkApproval, type BeginRunOptions } from "./check-approval.ts";
import { assertFirstTierIsAsShown } from "./first-tier-as-shown.ts";
import { markAwaitedCalls } from "./mark-awaited-calls.ts";
import { planRevertSteps } from "./plan-revert.ts";
import { assertRecent } from "./shown-preview.ts";
import { whenRevertIsAllowed } from "./revert-rules.ts";
import { runDetails } from "./run-events.ts";
import { nextStepOf } from "./steer-run.ts";

/** How many records are read at once. */
const readsAtOnce = 20;

/**
 * Plans to take back what a failover changed: of each number that is still as the failover left it, in the tiers of the
 * failover. Everything else gets a verdict that says why not. What protects a number is no obstacle: the way back is
 * approved with the change, or can be with this run. Stores the plan so that it can be confirmed exactly as shown. For
 * operators. Changes no number. Throws not_allowed, not_found, already_requested while the run goes on, and
 * not_recorded.
 */
export async function createFailBack(ctx: Context, runId: string, by: RunRequester): Promise<Run> {
  await requireRoleAudited(ctx, "operator", "take runs back");
  const { runs } = ctx.workspace;
  const run = await runs.get(runId);
  if (run.kind !== "failover" && run.kind !== "practice")
    throw new Problem("invalid_input", "Only a failover can be taken back.");
  if (run.state === "shown" || run.state === "running")
    throw new Problem("already_requested", `Pause ${runTitle(run)} first. Then it can be taken back.`, {
      next: nextStepOf(run),
    });
  const changes = await changesOf(ctx, run);
  const approved = new Set(changes.filter(wasApproved).map(({ requested }) => nameOf(requested.number)));
  const policy = await previewPolicy(ctx);
  const approvalFor = (key: NumberKey): RunStep["approval"] => {
    if (approved.has(nameOf(key))) return "change";
    return policy?.(key).isProtected === true ? "run" : undefined;
  };
  const steps = await planRevertSteps(ctx, changes, { returns: run.id, isApprovable: () => true });
  const tiers = new Map(run.steps.map(({ key, tier }) => [nameOf(key), tier]));
  const inTiers = steps.map((step): RunStep => ({
    ...step,
    tier: tiers.get(nameOf(step.key)) ?? 0,
    ...(isPlanned(step) ? { approval: approvalFor(step.key) } : {}),
  }));
  const awaited = await markAwaitedCalls(ctx, run.terms.tiers, inTiers);
  const id = ctx.newId("run");
  await runs.show({
    id,
    kind: "back",
    returns: run.id,
    incident: run.incident,
    by,
    terms: termsOf(run),
    steps: inOrderOf(run, [...awaited, ...unreadableOf(run, changes)]),
  });
  return runs.get(id);
}

/** A fail-back as it was shown. For operators. Throws not_allowed and not_found. */
export async function loadFailBack(ctx: Context, runId: string): Promise<Run> {
  await requireRoleAudited(ctx, "operator", "take runs back");
  return ctx.workspace.runs.get(runId);
}

/**
 * Confirms a fail-back as it was shown. For operators, and only for the person it was shown to. Throws not_allowed,
 * not_found, conflict if the preview is too old or nothing of its first tier is as it was shown, approval_required if
 * nobody has approved its protected numbers, ruled_out with all rules that do not allow it as a whole,
 * already_requested if it or another one is running or done or the request was decided meanwhile, and not_recorded.
 * Refusals are recorded, repeats as a count (ADR 33).
 */
export async function claimFailBack(
  ctx: Context,
  runId: string,
  by: RunRequester,
  { approval, withdraws }: BeginRunOptions = {},
): Promise<Run> {
  const { runs } = ctx.workspace;
  try {
    const { onCall } = await assertRole(ctx, "operator", "take runs back");
    const run = await runs.get(runId);
    checkFailBackIsAsShown(ctx, run, by, approval);
    if (!approval && run.steps.some(needsApproval)) throw await runNotApproved(ctx, run);
    const approved = approval ? await checkApproval(ctx, run, approval) : {};
    await assertFirstTierIsAsShown(ctx, run);
    const changes = String(run.steps.filter(isPlanned).length);
    await whenRevertIsAllowed(ctx, run, async (overrode) => {
      const event = {
        kind: "failover.begun",
        actor: ctx.actor,
        requestId: ctx.requestId,
        reason: run.terms.reason,
        details: {
          ...runDetails({ ...run, by }),
          changes,
          ...approved,
          ...onCallDetails(onCall?.role),
          ...overrode,
        },
      } as const;
      await runs.begin(runId, by, event, { approval: approval?.id, withdraws });
    });
    return await runs.get(runId);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "take a run back" }, error);
    throw error;
  }
}

/**
 * Requires that a fail-back was shown to this person, and a short while ago unless it is approved. Throws not_found,
 * not_allowed and conflict.
 */
export function checkFailBackIsAsShown(
  ctx: Context,
  run: Run,
  by: RunRequester,
  approval?: RunApproval,
): void {
  if (run.kind !== "back") throw new Problem("not_found", "This is not a fail-back.");
  if (!isSameRequester(run.by, by))
    throw new Problem("not_allowed", "This fail-back was shown to someone else. Ask for your own.");
  if (!approval) assertRecent(ctx, run);
}

/** The changes of a run that are on record, oldest first. */
async function changesOf(ctx: Context, { steps }: Run): Promise<ChangeRecord[]> {
  const found: ChangeRecord[] = [];
  const asked = steps.filter(isPlanned);
  await forEachConcurrent(asked, { keyOf: () => "", atOnce: readsAtOnce }, async ({ changeId }) => {
    try {
      found.push(await ctx.workspace.audit.change(changeId));
    } catch (error) {
      if (!isProblem(error, "not_found")) throw error;
    }
  });
  return found.toSorted((a, b) => a.requested.sequence - b.requested.sequence);
}

/** Tier by tier, and in each as the failover shows its numbers. */
function inOrderOf({ steps }: Run, unordered: readonly RunStep[]): readonly RunStep[] {
  const places = new Map(steps.map(({ key }, place) => [nameOf(key), place]));
  const placeOf = ({ key }: RunStep): number => places.get(nameOf(key)) ?? steps.length;
  return unordered.toSorted((a, b) => a.tier - b.tier || placeOf(a) - placeOf(b));
}

/** The steps of a run that cannot be read and whose changes were not found: people have to look at their numbers. */
function unreadableOf({ steps }: Run, changes: readonly ChangeRecord[]): RunStep[] {
  const found = new Set(changes.map(({ requested }) => requested.changeId));
  const left = steps.filter((step) => step.isUnreadable && isPlanned(step) && !found.has(step.changeId));
  const why = "Its step cannot be read, so nobody knows what the run did.";
  return left.map(({ result: _result, ...step }) => ({ ...step, verdict: { kind: "unread", why } }));
}

/** It has the tiers and the limits of the run, and ends when it is through. Its reason says that it is the way back. */
function termsOf({ terms: { plan, tiers, stop, reason } }: Run): RunTerms {
  const back = reason === undefined ? undefined : cut(`back: ${reason}`, longestReason);
  return { plan, tiers, stop, reason: back };
}

const cut = (text: string, most: number): string => Array.from(text).slice(0, most).join("");

/** Whether a change of a protected number was approved: then so is the way back to what the number was before. */
function wasApproved({ requested: { details } }: ChangeRecord): boolean {
  return details?.["approval"] !== undefined && details["approvedBy"] !== undefined;
}

const nameOf = (key: NumberKey | undefined): string => JSON.stringify([key?.connectionId, key?.numberId]);
