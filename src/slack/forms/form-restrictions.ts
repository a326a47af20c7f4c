import { z } from "zod";
import { roleIsEnough, type Role } from "../../domain/actor.ts";
import { rolesOf } from "../../domain/roles.ts";
import type { WorkspaceSettings } from "../../domain/workspace-settings.ts";
import type { Restrictions } from "../../operations/access/policy.ts";
import { cut, truncateMrkdwn } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { isOnlyApprover } from "../context/users-with-role.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { pendingText } from "../block-kit/pending-approvals.ts";
import { frozenText } from "../block-kit/freeze-text.ts";

/** What stands in the way of changing a number, as far as it was known when a form was drawn. */
export const formRestrictions = z.object({
  /** Who froze it, until when and why, in mrkdwn. */
  frozen: z.string().optional(),
  isProtected: z.boolean(),
  /** The requests to change it that are pending, in mrkdwn. */
  pending: z.string().optional(),
  /** Who could approve it, in mrkdwn, where nobody but this person can now. */
  approvers: z.string().optional(),
  /** Whether this person is offered to change it all the same, by break-glass. */
  mayBreak: z.boolean(),
});
export type FormRestrictions = z.infer<typeof formRestrictions>;

/** What a workspace asks of reasons, as a form carries it. */
export const formReasonRule = z.object({ required: z.boolean(), pattern: z.string().optional() });

/** What a form shows somebody of a freeze or a protection; the change pipeline judges both again. */
export async function formRestrictionsFor(
  req: RequestContext,
  { standing, pending, vendor }: NumberView & { readonly standing: Restrictions },
  role: Role,
): Promise<FormRestrictions> {
  const { freeze, isProtected, breakGlass } = standing;
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

/** So many people are named. */
const mostNamed = 5;

/** Who may approve, as it is settled, in mrkdwn. */
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
