import { approvalsWanted, otherPeople, type ApprovalCount } from "../../domain/access/protection.ts";
import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import { activeFreezeFor, type Freeze } from "../../domain/numbers/freeze.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { statedReason } from "../../domain/access/reason-rule.ts";
import { approvalOf } from "./override.ts";
import { assertOperator } from "./permissions.ts";
import type { ChangeRequest } from "./change-request.ts";
import type { Context } from "../shared/context.ts";
import { enforceRules, type RuleCheck } from "./enforce-rules.ts";

/** Why a change was allowed, for its audit entries. */
export interface PolicyDecision {
  readonly details: ChangeDetails;
}

/** The freezes and protections that apply to a number. */
export interface Restrictions {
  readonly freeze: Freeze | undefined;
  /** Whether a change needs the approval of others, and of how many. */
  readonly isProtected: boolean;
  readonly approvals: 0 | ApprovalCount;
  /** Whether operators may break glass. */
  readonly breakGlass: boolean;
}

/** The restrictions of any number of the workspace, as last read. */
export type RestrictionsOf = (key: NumberKey) => Restrictions;

/**
 * Reads freezes and protections. Throws not_allowed if they cannot be read, so that no number counts as unrestricted.
 */
export async function readPolicy(ctx: Context): Promise<RestrictionsOf> {
  try {
    const { workspace } = ctx;
    const [freezes, protections, { protection }] = await Promise.all([
      workspace.freezes.list(),
      workspace.protections.list(),
      workspace.settings.read(),
    ]);
    const at = freezeMoment(ctx);
    return (key) => {
      const approvals = protection?.on === true ? approvalsWanted(protections, key) : 0;
      return {
        freeze: activeFreezeFor(freezes, key, at),
        isProtected: approvals > 0,
        approvals,
        breakGlass: protection?.breakGlass === true,
      };
    };
  } catch (error) {
    ctx.log.error({ requestId: ctx.requestId, err: error }, "policy not read");
    const words = "Patchbay cannot read whether this number is frozen or protected, so it changes nothing.";
    throw new Problem("not_allowed", words, {}, error);
  }
}

/** `readPolicy` for display: undefined if it cannot be read, and then nothing can be changed. */
export async function previewPolicy(ctx: Context): Promise<RestrictionsOf | undefined> {
  try {
    return await readPolicy(ctx);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/**
 * Decides, for all callers, whether a number may be changed now. Only the change pipeline calls it, right before
 * the record. Throws frozen, approval_required, ruled_out, not_allowed and invalid_input.
 */
export async function enforcePolicy(
  ctx: Context,
  request: ChangeRequest,
  check: RuleCheck,
): Promise<PolicyDecision> {
  const breaksGlass =
    request.override?.kind === "break_glass" && (ctx.actor.kind === "user" || ctx.actor.kind === "cli");
  await assertStillWanted(ctx, request);
  // Permissions may take a slow request to Slack, so freezes and protections are read after them, last.
  const approved = await approvalOf(ctx, request);
  const mayPassFreeze =
    breaksGlass && roleIsEnough((await ctx.authorizer.permissions(ctx.actor)).role, "admin");
  const [restrictionsOf, ruling] = await Promise.all([readPolicy(ctx), settled(enforceRules(ctx, check))]);
  const { freeze, isProtected, approvals, breakGlass } = restrictionsOf(request.key);
  if (freeze && !mayPassFreeze) throw frozen(freeze);
  const cover = approved && "details" in approved ? approved : undefined;
  if (isProtected && !(cover && cover.approvals >= approvals) && !(breaksGlass && breakGlass))
    throw approved && "missing" in approved
      ? approved.missing
      : approvalRequired(approvals, cover?.approvals);
  const details = cover?.details ?? (freeze || isProtected ? breakGlassDetails(request, approvals) : {});
  // Last: nobody has to override a rule for a change that a freeze stops anyway.
  if (ruling.status === "rejected") throw ruling.reason;
  return { details: { ...details, ...ruling.value } };
}

/**
 * Reading the vendor may have taken long. Meanwhile a token may have been revoked, which counts at once, or the time of
 * the request may be over. Throws not_allowed and vendor_unavailable.
 */
export async function assertStillWanted(ctx: Context, { key, notAfter }: ChangeRequest): Promise<void> {
  if (ctx.actor.kind === "token") await assertOperator(ctx, key.connectionId);
  if (notAfter && ctx.now() > notAfter)
    throw new Problem("vendor_unavailable", "This change waited for too long, so it was not begun.");
}

async function settled<Result>(work: Promise<Result>): Promise<PromiseSettledResult<Result>> {
  const [end] = await Promise.allSettled([work]);
  return end;
}

/** Whether there is something to break glass for, and a person with this role may. For previews. */
export function mayBreakGlass({ freeze, isProtected, breakGlass }: Restrictions, role: Role): boolean {
  if (freeze === undefined && !isProtected) return false;
  return (freeze === undefined || roleIsEnough(role, "admin")) && (!isProtected || breakGlass);
}

export const breakGlassNeedsReason = "Break-glass needs a reason.";

function breakGlassDetails(request: ChangeRequest, approvals: Restrictions["approvals"]): ChangeDetails {
  if (statedReason(request.reason) === undefined) {
    throw new Problem("invalid_input", breakGlassNeedsReason, { field: "reason" });
  }
  return { breakGlass: "yes", ...(approvals > 1 ? { wanted: String(approvals) } : {}) };
}

/** The refusal because of a freeze. Its details say until when, for each reader's time zone. */
export function frozen(freeze: Freeze): Problem {
  // The number may have been renamed since it was frozen.
  const what = freeze.numberId === undefined ? `${freeze.title} are frozen` : "it is frozen";
  const words = `You can't change this number now: ${what}. Why: ${freeze.reason}`;
  return new Problem("frozen", words, { freeze, why: freeze.reason });
}

/** That a number is protected, as a sentence: how many others must approve a change. */
export function protectedText(approvals: Restrictions["approvals"]): string {
  return `This number is protected: ${otherPeople(approvals)} must approve this change.`;
}

function approvalRequired(approvals: Restrictions["approvals"], given = 0): Problem {
  const one = given === 1 ? " One person has approved it." : "";
  return new Problem("approval_required", `${protectedText(approvals)}${one}`);
}

/** The time for checking freezes. While the clock is wrong, no freeze counts as expired. */
export function freezeMoment(ctx: Context): Date {
  return ctx.isClockSkewed() ? new Date(0) : ctx.now();
}
