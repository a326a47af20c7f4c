import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { OnCallDetails } from "../../domain/audit/change-details.ts";
import type { OnCallGrant, Permissions } from "../../domain/access/authorization.ts";
import type { Approver } from "../../domain/changes/approvers.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";

const whoMay: Record<Role, string> = {
  none: "anybody",
  viewer: "full members of this workspace",
  operator: "operators",
  admin: "admins",
};

/** A person's permissions, for display. Throws not_allowed with the reason if they cannot be determined. */
export async function currentPermissions(ctx: Context): Promise<Permissions> {
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  if (permissions.role === "none" && permissions.unavailableReason !== undefined)
    throw new Problem("not_allowed", permissions.unavailableReason);
  return permissions;
}

/** How an entry shows that somebody had a right only by being on call, and that a tool said so a while ago. */
export function onCallDetails(grant: OnCallGrant | undefined): OnCallDetails {
  if (!grant) return {};
  const { schedule: onCall, staleSince } = grant;
  return staleSince === undefined ? { onCall } : { onCall, onCallAsOf: staleSince };
}

/** Requires a role. Throws not_allowed and records nothing. */
export async function assertRole(ctx: Context, needs: Role, act: string): Promise<Permissions> {
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  if (roleIsEnough(permissions.role, needs)) return permissions;
  throw new Problem(
    "not_allowed",
    permissions.unavailableReason ?? `You may not ${act} here: that is for ${whoMay[needs]}.`,
  );
}

/** Whether these permissions allow changes to a connection's numbers. */
export function mayOperate({ role, deniedConnections }: Permissions, connectionId: string): boolean {
  return roleIsEnough(role, "operator") && !deniedConnections.includes(connectionId);
}

/** Requires permission to change a connection's numbers. Throws not_allowed and records nothing. */
export async function assertOperator(ctx: Context, connectionId: string): Promise<Permissions> {
  const permissions = await assertRole(ctx, "operator", "change numbers");
  assertConnection(permissions, connectionId);
  return permissions;
}

function assertConnection({ deniedConnections, unavailableReason }: Permissions, connectionId: string): void {
  if (!deniedConnections.includes(connectionId)) return;
  const words =
    "You may not change the numbers of this connection: an admin limited who may. You may change others.";
  throw new Problem("not_allowed", unavailableReason ?? words);
}

/** Requires permission to approve. Throws not_allowed and records nothing. */
export async function assertApprover(ctx: Context, act: string): Promise<Permissions> {
  const permissions = await ctx.authorizer.permissions(ctx.actor);
  const { approver, unavailableReason } = permissions;
  if (approver) return permissions;
  throw new Problem("not_allowed", unavailableReason ?? `You may not ${act} here: that is for approvers.`);
}

/**
 * Whether what a person approved still counts. `onCall` is the schedule without which they might not have: deciding took
 * being on call there, and what was decided outlasts the shift while an admin's table has the person in it.
 */
export function stillApproves(
  { approver, approverSchedules }: Permissions,
  onCall: string | undefined,
): boolean {
  return approver || (onCall !== undefined && approverSchedules?.includes(onCall) === true);
}

/** Why somebody who approved something may not approve it now, as a sentence; undefined if it still counts. */
export function lostApprover(
  permissions: Permissions,
  onCall: string | undefined,
  approved: string,
  who: "The person" | "One of the two people" = "The person",
): string | undefined {
  if (stillApproves(permissions, onCall)) return undefined;
  const { unavailableReason, unavailableFrom = "Slack" } = permissions;
  return unavailableReason === undefined
    ? `${who} who approved this ${approved} can no longer approve changes.`
    : `${unavailableFrom} does not say now whether ${who.toLowerCase()} who approved this ${approved} may still approve changes.`;
}

/**
 * The same for all who approved it. What they approved must not be made if one of them lost the right, also between the first
 * approval and the second.
 */
export async function lostApproverOf(
  { authorizer }: Pick<Context, "authorizer">,
  approvers: readonly Pick<Approver, "by" | "onCall">[],
  approved: string,
): Promise<string | undefined> {
  for (const { by, onCall } of approvers) {
    const who = approvers.length > 1 ? "One of the two people" : "The person";
    const lost = lostApprover(await authorizer.permissions(by), onCall, approved, who);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** `assertRole` that records refusals in the audit log. Throws not_allowed. */
export async function requireRoleAudited(ctx: Context, needs: Role, act: string): Promise<Permissions> {
  return orRecord(ctx, act, async () => assertRole(ctx, needs, act));
}

/** `assertApprover` that records refusals in the audit log. Throws not_allowed. */
export async function requireApproverAudited(ctx: Context, act: string): Promise<void> {
  await orRecord(ctx, act, async () => assertApprover(ctx, act));
}

/** `assertOperator` that records refusals in the audit log. Throws not_allowed. */
export async function requireOperatorAudited(ctx: Context, connectionId: string): Promise<Permissions> {
  return orRecord(ctx, "change numbers", async () => assertOperator(ctx, connectionId));
}

/** The same for an operator whose permissions are known already. Throws not_allowed. */
export async function requireConnectionAudited(
  ctx: Context,
  operator: Permissions,
  connectionId: string,
): Promise<void> {
  await orRecord(ctx, "change numbers", async () => assertConnection(operator, connectionId));
}

/** Does something that admins may. Records a refusal, of the person or of what was asked, and throws it. */
export async function asAdmin<T>(ctx: Context, act: string, change: () => Promise<T>): Promise<T> {
  await requireRoleAudited(ctx, "admin", act);
  return orRecord(ctx, act, change);
}

async function orRecord<T>(ctx: Context, act: string, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}

/** The details of a refused request for its entry. */
export type RefusedEvent = Omit<AuditEvent, "actor" | "requestId" | "outcome" | "problem">;

/**
 * Records a refusal, or counts it if the same was refused a moment ago (`RefusalSummary`). Background work records
 * none. If the entry cannot be written, the refusal still holds and the log has it: nothing was changed.
 */
export async function recordRefusal(ctx: Context, event: RefusedEvent, error: unknown): Promise<void> {
  if (ctx.automatic) return;
  // Not retried after a failed write: each attempt may block everybody while the database is busy.
  if (isProblem(error, "not_recorded")) {
    ctx.log.error({ requestId: ctx.requestId, err: error, refusal: error.code }, "refusal not recorded");
    return;
  }
  const problem = isProblem(error)
    ? { code: error.code, message: withoutWhy(error) }
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

/** The message without what somebody else typed: erasing that person would leave it readable in another's entry. */
function withoutWhy({ message, details: { why } }: Problem): string {
  return why === undefined ? message : message.replace(` Why: ${why}`, () => "");
}
