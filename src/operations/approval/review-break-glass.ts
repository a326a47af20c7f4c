import { isSamePerson } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { reviewStatus } from "../history/subject-status.ts";
import { entriesNamedNow, type AskFor } from "../shared/present-names.ts";
import { assertRole, recordRefusal, requireRoleAudited } from "../access/permissions.ts";

const act = "review changes by break-glass";

/** A use of break glass that awaits a review. */
export interface AwaitingReview {
  readonly entry: AuditEntry;
  /** How many changes were made in spite of the rule, for an override. */
  readonly changes?: number | undefined;
}

/** The break-glass changes and overrides of rules that no admin has reviewed, oldest first. Throws not_allowed. */
export async function listReviews(ctx: Context, ask: AskFor = "numbers"): Promise<readonly AwaitingReview[]> {
  await requireRoleAudited(ctx, "admin", act);
  const { reviews } = ctx.workspace;
  const found: AwaitingReview[] = [];
  for (const entry of await waitingReviews(ctx, ask))
    found.push({ entry, changes: isOverride(entry) ? await reviews.madeInSpite(entry) : undefined });
  return found;
}

/** `listReviews` for a caller that has checked permissions. */
export async function waitingReviews(ctx: Context, ask: AskFor): Promise<readonly AuditEntry[]> {
  return entriesNamedNow(ctx, await ctx.workspace.reviews.waiting(), ask);
}

/**
 * Reviews a break-glass change or an override of a rule, by an admin who did not make it, with its entry. Throws
 * not_allowed, not_found if it does not await a review, and not_recorded.
 */
export async function reviewBreakGlass(ctx: Context, changeId: string): Promise<AuditEntry> {
  try {
    await assertRole(ctx, "admin", act);
    return await ctx.locks.withLock(`${ctx.workspace.id}/reviews`, async () => {
      const entry = (await ctx.workspace.reviews.waiting()).find((one) => one.changeId === changeId);
      if (!entry) {
        const ended = await reviewStatus(ctx, changeId);
        const words = "That is not awaiting review.";
        throw new Problem("not_found", words, ended ? { ended } : {});
      }
      if (isSamePerson(entry.actor, ctx.actor)) {
        const did = isOverride(entry) ? "overrode this rule" : "made this change";
        throw new Problem("not_allowed", `You ${did} yourself, so another admin must review it.`);
      }
      const { connection, number, change } = entry;
      await ctx.workspace.audit.append({
        kind: "breakglass.reviewed",
        actor: ctx.actor,
        requestId: ctx.requestId,
        changeId,
        connection,
        number,
        change,
        outcome: "applied",
        details: isOverride(entry) ? ruleOf(entry) : undefined,
      });
      const [named = entry] = await entriesNamedNow(ctx, [entry], "nothing");
      return named;
    });
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: act }, error);
    throw error;
  }
}

/** Whether an entry is about an override of a rule, and not about a change. */
export function isOverride({ kind }: Pick<AuditEntry, "kind">): boolean {
  return kind === "rule.overridden";
}

function ruleOf({ details }: AuditEntry) {
  return { rule: details?.rule ?? "", title: details?.title ?? "", demand: details?.demand ?? "" };
}
