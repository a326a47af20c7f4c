import type { Proposal } from "../../domain/alerts/proposal.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

/** After how long people are reminded of numbers that are still on their fallback, in milliseconds. */
export const remindMs = 60 * 60_000;

/** A proposal that a person looks at. For operators: what it opens can change numbers. Throws not_allowed and not_found. */
export async function getProposal(ctx: Context, id: string): Promise<Proposal> {
  await requireRoleAudited(ctx, "operator", "act on alerts");
  const proposal = await ctx.workspace.proposals.find(id);
  if (proposal) return proposal;
  throw new Problem("not_found", "This proposal is gone: its hook was removed, or it is too old.", {
    field: "proposal",
  });
}

/** Decides against a proposal for now, with its entry. For operators. Throws not_allowed, not_found, nothing_to_change. */
export async function dismissProposal(ctx: Context, id: string): Promise<Proposal> {
  await requireRoleAudited(ctx, "operator", "act on alerts");
  try {
    return await ctx.workspace.proposals.dismiss(id, ctx);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "act on alerts" }, error);
    throw error;
  }
}

/** Reminds a person in an hour of numbers that are still on their fallback. For operators. Throws not_allowed, not_found. */
export async function remindOfFallback(ctx: Context, id: string, userId: string): Promise<Date> {
  await requireRoleAudited(ctx, "operator", "act on alerts");
  const at = new Date(ctx.now().getTime() + remindMs);
  await ctx.workspace.proposals.remindAt(id, userId, at);
  return at;
}
