import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { ApprovalCount, Protection } from "../../domain/access/protection.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { sameScope, type Scope } from "../../domain/numbers/scope.ts";
import type { Context } from "../shared/context.ts";
import { scopeStatus } from "../history/subject-status.ts";
import { titledNow, type TitledNow } from "../shared/present-names.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import { scopeEvent, targetEvent, targetScope, targetTitle, type Target } from "./target.ts";

/** The protections, and whether the workspace has turned approvals on. Without that, protections have no effect. */
export interface ProtectionList {
  readonly protections: readonly TitledNow<Protection>[];
  readonly on: boolean;
}

/**
 * Protects a number or all numbers of a connection, for an admin, with its entry. What is protected already then wants as many
 * approvals; without a count, nothing changes. Throws not_allowed, invalid_input, nothing_to_change and not_recorded.
 */
export async function protect(ctx: Context, target: Target, wanted?: ApprovalCount): Promise<Protection> {
  await requireRoleAudited(ctx, "admin", "protect numbers");
  const event = { ...targetEvent(target), kind: "protection.set" } as const;
  return orRecorded(ctx, event, async () => {
    const scope = targetScope(target);
    if (target.kind === "all") {
      throw new Problem(
        "invalid_input",
        "Protect a number or a connection. You cannot protect everything at once.",
      );
    }
    const before = (await ctx.workspace.protections.list()).find((one) => sameScope(one, scope));
    const approvals = wanted ?? before?.approvals ?? 1;
    if (before?.approvals === approvals) throw alreadyProtected(before);
    const protection = { ...scope, title: targetTitle(target), approvals, at: ctx.now().toISOString() };
    const { details, ...rest } = entry(ctx, event, protection);
    const isSaid = approvals > 1 || before !== undefined;
    await ctx.workspace.protections.set(protection, {
      ...rest,
      kind: event.kind,
      details: { ...details, ...(isSaid ? { wanted: String(approvals) } : {}) },
    });
    return protection;
  });
}

function alreadyProtected({ approvals }: Protection): Problem {
  const two = approvals === 2 ? ", and changes need two approvals" : "";
  return new Problem("nothing_to_change", `That is already protected${two}.`);
}

/** Removes a protection, for an admin, with its entry. Throws not_allowed, not_found and not_recorded. */
export async function unprotect(ctx: Context, scope: Scope): Promise<Protection> {
  await requireRoleAudited(ctx, "admin", "protect numbers");
  const event = { ...(await scopeEvent(ctx, scope)), kind: "protection.lifted" } as const;
  return orRecorded(ctx, event, async () => {
    const kept = (await ctx.workspace.protections.list()).find((one) => sameScope(one, scope));
    const isRemoved =
      kept &&
      (await ctx.workspace.protections.remove(scope, { ...entry(ctx, event, kept), kind: event.kind }));
    if (!isRemoved) {
      const ended = await scopeStatus(ctx, scope, { "protection.lifted": "unprotected" });
      throw new Problem("not_found", "That is not protected now.", {
        field: "protection",
        ...(ended ? { ended } : {}),
      });
    }
    const [named = kept] = await titledNow(ctx, [kept], "nothing");
    return named;
  });
}

/** The protections of the workspace, with current names. Throws not_allowed. */
export async function listProtections(ctx: Context): Promise<ProtectionList> {
  await requireRoleAudited(ctx, "viewer", "see what is protected");
  const { protection } = await ctx.workspace.settings.read();
  const protections = await titledNow(ctx, await ctx.workspace.protections.list(), "numbers");
  return { protections, on: protection?.on === true };
}

function entry(
  { actor, requestId }: Context,
  about: Pick<AuditEvent, "connection" | "number">,
  { title }: Protection,
): Omit<AuditEvent<"protection.set">, "kind"> {
  return { ...about, actor, requestId, outcome: "applied", details: { title } };
}

async function orRecorded<Result>(
  ctx: Context,
  { kind, ...about }: Pick<AuditEvent, "kind" | "connection" | "number">,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    await recordRefusal(ctx, { ...about, kind: "action.refused", reason: kind }, error);
    throw error;
  }
}
