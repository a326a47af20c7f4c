import { z } from "zod";
import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { Restrictions } from "../../operations/access/policy.ts";
import { cut, truncateMrkdwn } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isOnlyApprover } from "../context/users-with-role.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { pendingText } from "../block-kit/pending-approvals.ts";
import { frozenText } from "../block-kit/freeze-text.ts";

/** The freezes and protections that applied when a form was drawn. */
export const formRestrictions = z.object({
  /** Who froze it, until when and why, in mrkdwn. */
  frozen: z.string().optional(),
  isProtected: z.boolean(),
  /** The open requests to change it, in mrkdwn. */
  pending: z.string().optional(),
  /** Who could approve it, in mrkdwn, if nobody but this person can now. */
  approvers: z.string().optional(),
  /** Whether this person may break glass. */
  mayBreak: z.boolean(),
});
export type FormRestrictions = z.infer<typeof formRestrictions>;

/** A workspace's rule for reasons, as stored in a form. */
export const formReasonRule = z.object({ required: z.boolean(), pattern: z.string().optional() });

/** What a form shows about freezes and protections. The change pipeline checks both again. */
export async function formRestrictionsFor(
  req: RequestContext,
  { restrictions, pending, vendor }: NumberView & { readonly restrictions: Restrictions },
  role: Role,
): Promise<FormRestrictions> {
  const { freeze, isProtected, breakGlass } = restrictions;
  const asked = pending.slice(0, 2).map(({ approval }) => pendingText(approval, vendor));
  const overFreeze = freeze === undefined || roleIsEnough(role, "admin");
  const alone = isProtected && (await isOnlyApprover(req));
  return {
    ...(alone ? { approvers: approversText(await req.ctx.workspace.settings.read()) } : {}),
    ...(freeze
      ? { frozen: truncateMrkdwn(frozenText({ ...freeze, reason: cut(freeze.reason, 150) }), 450) }
      : {}),
    ...(asked.length > 0 ? { pending: truncateMrkdwn(asked.join("\n"), 900) } : {}),
    isProtected,
    mayBreak: overFreeze && (!isProtected || breakGlass) && (freeze !== undefined || isProtected),
  };
}

/** The number of people to name. */
const mostNamed = 5;

/** The approvers according to the settings, in mrkdwn. */
function approversText(settings: WorkspaceSettings): string {
  const { slackAdmins, people, groups } = rolesOf(settings).approver;
  const named = people.slice(0, mostNamed).map((userId) => `<@${userId}>`);
  const all = [
    ...(slackAdmins ? ["workspace admins and owners"] : []),
    ...named,
    ...(people.length > named.length ? [`${people.length - named.length} others`] : []),
    ...(groups.length > 0 ? [groups.length === 1 ? "a user group" : `${groups.length} user groups`] : []),
  ];
  return all.length === 0 ? "nobody yet" : all.join(", ");
}
