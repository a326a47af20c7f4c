import { roleIsEnough } from "../../domain/actor.ts";
import { activeFreezeFor, type Freeze } from "../../domain/freeze.ts";
import type { NumberKey } from "../../domain/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import { covers } from "../../domain/scope.ts";
import { approvalOf } from "./override.ts";
import type { ChangeRequest } from "./change-request.ts";
import type { Context } from "../shared/context.ts";

/** What let a change pass, for its entries in the audit log. */
export interface PolicyDecision {
  readonly details: Readonly<Record<string, string>>;
}

/** What stands in the way of changing one number now. */
export interface Restrictions {
  readonly freeze: Freeze | undefined;
  /** Whether a change needs another person's approval. */
  readonly isProtected: boolean;
  /** Whether the workspace lets an operator change a protected number all the same. */
  readonly breakGlass: boolean;
}

/** The standing of any number of the workspace, as it was when it was read. */
export type RestrictionsOf = (key: NumberKey) => Restrictions;

/**
 * Reads what is frozen and protected. Throws not_allowed when that cannot be read: what nobody can tell is never taken
 * for free.
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
    return (key) => ({
      freeze: activeFreezeFor(freezes, key, at),
      isProtected: protection?.on === true && protections.some((one) => covers(one, key)),
      breakGlass: protection?.breakGlass === true,
    });
  } catch (error) {
    ctx.log.error({ requestId: ctx.requestId, err: error }, "policy not read");
    const words = "Patchbay cannot read whether this number is frozen or protected, so it changes nothing.";
    throw new Problem("not_allowed", words, {}, error);
  }
}

/** `readPolicy` for those who only look: undefined when it cannot be read, and then nothing can be changed. */
export async function previewPolicy(ctx: Context): Promise<RestrictionsOf | undefined> {
  try {
    return await readPolicy(ctx);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/**
 * Judges, for every surface and actor, whether a number may be changed now. Only the change pipeline calls it, right before the record.
 * Throws frozen, approval_required, not_allowed and invalid_input.
 */
export async function enforcePolicy(ctx: Context, request: ChangeRequest): Promise<PolicyDecision> {
  const broken = request.override?.kind === "break_glass" && ctx.actor.kind === "user";
  // Slack may take its time to say who may what, so what is frozen and protected is read after it, as the very last.
  const approved = await approvalOf(ctx, request);
  const isAdmin = broken && roleIsEnough((await ctx.authorizer.permissions(ctx.actor)).role, "admin");
  const { freeze, isProtected, breakGlass } = (await readPolicy(ctx))(request.key);
  if (freeze && !isAdmin) throw frozen(freeze);
  if (isProtected && !approved && !(broken && breakGlass)) throw approvalRequired();
  if (approved) return { details: approved };
  if (!freeze && !isProtected) return { details: {} };
  if (!request.reason?.trim()) {
    throw new Problem("invalid_input", "Break-glass needs a reason.", { field: "reason" });
  }
  return { details: { breakGlass: "yes" } };
}

/** The refusal of a change that a freeze forbids; its details say until when, for each reader in their own zone. */
export function frozen(freeze: Freeze): Problem {
  // What a number was called when it was frozen is not what it has to be called now.
  const what = freeze.numberId === undefined ? `${freeze.title} are frozen` : "it is frozen";
  const words = `You can't change this number now: ${what}. Why: ${freeze.reason}`;
  return new Problem("frozen", words, { freeze });
}

function approvalRequired(): Problem {
  return new Problem("approval_required", "This number is protected: someone else must approve this change.");
}

/** The moment by which freezes are judged: while the clock is off nobody can tell that one is over, so none is. */
export function freezeMoment(ctx: Context): Date {
  return ctx.isClockSkewed?.() ? new Date(0) : ctx.now();
}
