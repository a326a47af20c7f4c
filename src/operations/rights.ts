import { roleIsEnough, type Role } from "../domain/actor.ts";
import type { AuditEvent } from "../domain/audit-log.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { Context } from "./context.ts";

const whoMay: Record<Role, string> = {
  none: "anybody",
  viewer: "full members of this workspace",
  operator: "operators",
  admin: "workspace admins and owners",
};

/** Passes only somebody with at least that role. Throws not_allowed, in words, and writes nothing. */
export async function checkRole(ctx: Context, needs: Role, act: string): Promise<void> {
  if (roleIsEnough(await ctx.people.role(ctx.actor), needs)) return;
  throw new Problem("not_allowed", `You may not ${act} here: that is for ${whoMay[needs]}.`);
}

/** `checkRole`, with the refusal in the audit log. Throws not_allowed. */
export async function requireRole(ctx: Context, needs: Role, act: string): Promise<void> {
  try {
    await checkRole(ctx, needs, act);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}

/**
 * Writes a refusal down. When even that cannot be written the refusal stands and the log says so: nothing was
 * changed, so there is nothing to hold back.
 */
export async function recordRefusal(
  ctx: Context,
  event: Omit<AuditEvent, "actor" | "requestId" | "outcome" | "problem">,
  error: unknown,
): Promise<void> {
  // A database that has just refused is not asked again: each try may hold up everybody for as long as it is busy.
  if (isProblem(error, "not_recorded")) {
    ctx.log.error({ requestId: ctx.requestId, err: error, refusal: error.code }, "refusal not recorded");
    return;
  }
  const problem = isProblem(error)
    ? { code: error.code, message: error.message }
    : ({ code: "bug", message: "An error inside Patchbay." } as const);
  try {
    await ctx.workspace.audit.append({
      ...event,
      actor: ctx.actor,
      requestId: ctx.requestId,
      outcome: "refused",
      problem,
      vendorStatus: isProblem(error) ? error.details.vendorStatus : undefined,
    });
  } catch (failure) {
    ctx.log.error({ requestId: ctx.requestId, err: failure, refusal: problem.code }, "refusal not recorded");
  }
}
