import { roleIsEnough } from "../domain/actor.ts";
import { freezeOn, type Freeze } from "../domain/freeze.ts";
import type { NumberKey } from "../domain/phone-number.ts";
import { Problem } from "../domain/problem.ts";
import type { ChangeRequest } from "./change-request.ts";
import type { Context } from "./context.ts";

/** What let a change pass, for its entries in the audit log. */
export interface Passed {
  readonly details: Readonly<Record<string, string>>;
}

/** What the workspace has settled about one number. */
export interface Standing {
  readonly freeze: Freeze | undefined;
}

/**
 * What stands in the way of changing a number now. Throws not_allowed when it cannot be read: what nobody can tell is
 * never taken for free.
 */
export async function standingOf(ctx: Context, key: NumberKey): Promise<Standing> {
  try {
    return { freeze: freezeOn(await ctx.workspace.freezes.list(), key, ctx.now()) };
  } catch (error) {
    ctx.log.error({ requestId: ctx.requestId, err: error }, "policy not read");
    const words = "Patchbay cannot read whether this number is frozen or protected, so it changes nothing.";
    throw new Problem("not_allowed", words, {}, error);
  }
}

/**
 * Judges, for every surface and actor, whether a number may be changed now. For the waist alone, right before the record.
 * Throws frozen, approval_required, not_allowed and invalid_input.
 */
export async function judge(ctx: Context, request: ChangeRequest): Promise<Passed> {
  const { freeze } = await standingOf(ctx, request.key);
  if (!freeze) return { details: {} };
  if (request.authority?.kind !== "break_glass") throw frozen(freeze);
  const { role } = await ctx.people.rights(ctx.actor);
  if (ctx.actor.kind !== "user" || !roleIsEnough(role, "admin")) throw frozen(freeze);
  if (!request.reason?.trim()) {
    throw new Problem("invalid_input", "Break-glass needs a reason.", { field: "reason" });
  }
  return { details: { breakGlass: "yes" } };
}

/** The refusal of a change that a freeze forbids. */
export function frozen(freeze: Freeze): Problem {
  const until = freeze.until === undefined ? "" : ` until ${freeze.until}`;
  const words = `This number must not be changed: ${freeze.title} is frozen${until}. Why: ${freeze.reason}`;
  return new Problem("frozen", words, { freeze });
}
