import { roleIsEnough, type Role } from "../../domain/actor.ts";
import type { AuditEvent } from "../../domain/audit-log.ts";
import type { Permissions } from "../../domain/authorization.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import type { Context } from "../shared/context.ts";

const whoMay: Record<Role, string> = {
  none: "anybody",
  viewer: "full members of this workspace",
  operator: "operators",
  admin: "admins",
};

/** What somebody may do, for a screen that shows no more. Throws not_allowed, in words, when nobody can tell at all. */
export async function currentPermissions(ctx: Context): Promise<Permissions> {
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  if (permissions.role === "none" && permissions.unavailableReason !== undefined)
    throw new Problem("not_allowed", permissions.unavailableReason);
  return permissions;
}

/** Passes only somebody with at least that role. Throws not_allowed, in words, and writes nothing. */
export async function assertRole(ctx: Context, needs: Role, act: string): Promise<Permissions> {
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  if (roleIsEnough(permissions.role, needs)) return permissions;
  throw new Problem(
    "not_allowed",
    permissions.unavailableReason ?? `You may not ${act} here: that is for ${whoMay[needs]}.`,
  );
}

/** Whether somebody with these rights may change the numbers of a connection. */
export function mayOperate(
  { role, deniedConnections: closedConnections }: Permissions,
  connectionId: string,
): boolean {
  return roleIsEnough(role, "operator") && !closedConnections.includes(connectionId);
}

/** Passes only who may change the numbers of a connection. Throws not_allowed, in words, and writes nothing. */
export async function assertOperator(ctx: Context, connectionId: string): Promise<void> {
  const { deniedConnections: closedConnections, unavailableReason: unsure } = await assertRole(
    ctx,
    "operator",
    "change numbers",
  );
  if (!closedConnections.includes(connectionId)) return;
  const words =
    "You may not change the numbers of this connection: an admin limited who may. You may change others.";
  throw new Problem("not_allowed", unsure ?? words);
}

/** Passes only who may approve what others ask for. Throws not_allowed, in words, and writes nothing. */
export async function assertApprover(ctx: Context, act: string): Promise<void> {
  const { approver, unavailableReason: unsure } = await ctx.authorizer.permissions(ctx.actor);
  if (approver) return;
  throw new Problem("not_allowed", unsure ?? `You may not ${act} here: that is for approvers.`);
}

/** `assertRole`, with the refusal in the audit log. Throws not_allowed. */
export async function requireRoleAudited(ctx: Context, needs: Role, act: string): Promise<void> {
  await orRecord(ctx, act, async () => assertRole(ctx, needs, act));
}

/** `assertOperator`, with the refusal in the audit log. Throws not_allowed. */
export async function requireOperatorAudited(ctx: Context, connectionId: string): Promise<void> {
  await orRecord(ctx, "change numbers", async () => assertOperator(ctx, connectionId));
}

async function orRecord(ctx: Context, act: string, check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}

/** What an entry says of a request that was refused, beside who asked and why not. */
export type RefusedEvent = Omit<AuditEvent, "actor" | "requestId" | "outcome" | "problem">;

/**
 * Writes a refusal down, or counts it where the same was refused a moment ago (`RefusalSummary`). Work that nobody asked for
 * leaves none. When it cannot be written the refusal stands and the log says so: nothing was changed, so there is nothing to
 * hold back.
 */
export async function recordRefusal(ctx: Context, event: RefusedEvent, error: unknown): Promise<void> {
  if (ctx.unasked) return;
  // A database that has just refused is not asked again: each try may hold up everybody for as long as it is busy.
  if (isProblem(error, "not_recorded")) {
    ctx.log.error({ requestId: ctx.requestId, err: error, refusal: error.code }, "refusal not recorded");
    return;
  }
  const problem = isProblem(error)
    ? { code: error.code, message: error.message }
    : ({ code: "bug", message: "An error inside Patchbay." } as const);
  const refusal: AuditEvent = {
    ...event,
    actor: ctx.actor,
    requestId: ctx.requestId,
    outcome: "refused",
    problem,
    vendorStatus: isProblem(error) ? error.details.vendorStatus : undefined,
  };
  if (ctx.refusals && !ctx.refusals.note(ctx.workspace.id, refusal, ctx.asked)) return;
  try {
    await ctx.workspace.audit.append(refusal);
  } catch (failure) {
    ctx.log.error({ requestId: ctx.requestId, err: failure, refusal: problem.code }, "refusal not recorded");
  }
}
