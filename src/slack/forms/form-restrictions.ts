import { z } from "zod";
import type { Role } from "../../domain/shared/actor.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { mayBreakGlass, type Restrictions } from "../../operations/access/policy.ts";
import { cut, escape, truncateMrkdwn, actions, button, section } from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import type { RequestContext } from "../context/request-context.ts";
import { hasTooFewApprovers } from "../context/users-with-role.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { askedText } from "./asked-approvers.ts";
import { pendingText } from "../block-kit/pending-approvals.ts";
import { frozenText } from "../block-kit/freeze-text.ts";
import type { Button, KnownBlock } from "@slack/types";

/** The freezes and protections that applied when a form was drawn. */
export const formRestrictions = z.object({
  /** Who froze it, until when and why, in mrkdwn. */
  frozen: z.string().optional(),
  isProtected: z.boolean(),
  /** How many approvals a change wants, if that is more than one. */
  approvals: z.number().optional(),
  /** The open requests to change it, in mrkdwn. */
  pending: z.string().optional(),
  /** Who could approve it, in mrkdwn, if too few besides this person can now. */
  approvers: z.string().optional(),
  /** Whom the approval is asked of, and whether break-glass is possible, in mrkdwn. */
  asked: z.string().optional(),
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
  const { freeze, isProtected, approvals } = restrictions;
  const asked = pending.slice(0, 2).map(({ approval }) => pendingText(approval, { vendor: () => vendor }));
  const alone = isProtected && (await hasTooFewApprovers(req, approvals));
  const mayBreak = mayBreakGlass(restrictions, role);
  return {
    ...(alone ? { approvers: await approversText(req.ctx.workspace) } : {}),
    ...(freeze
      ? { frozen: truncateMrkdwn(frozenText({ ...freeze, reason: cut(freeze.reason, 150) }), 450) }
      : {}),
    ...(asked.length > 0 ? { pending: truncateMrkdwn(asked.join("\n"), 900) } : {}),
    isProtected,
    ...(approvals > 1 ? { approvals } : {}),
    ...(isProtected ? { asked: truncateMrkdwn(await askedText(req, mayBreak, approvals), 450) } : {}),
    mayBreak,
  };
}

/** The number of people to name. */
const mostNamed = 5;

/** The approvers according to the settings, in mrkdwn. */
export async function approversText({
  settings,
  onCallSchedules,
}: Pick<WorkspaceStore, "settings" | "onCallSchedules">): Promise<string> {
  const { slackAdmins, people, groups, schedules = [] } = rolesOf(await settings.read()).approver;
  const known = schedules.length === 0 ? [] : await onCallSchedules.list();
  const named = people.slice(0, mostNamed).map((userId) => `<@${userId}>`);
  const all = [
    ...(slackAdmins ? ["workspace admins and owners"] : []),
    ...named,
    ...(people.length > named.length ? [`${people.length - named.length} others`] : []),
    ...(groups.length > 0 ? [groups.length === 1 ? "a user group" : `${groups.length} user groups`] : []),
    ...known
      .filter(({ id }) => schedules.includes(id))
      .map(({ name }) => `the people on call in ${escape(name)}`),
  ];
  return all.length === 0 ? "nobody yet" : all.join(", ");
}

/** The part of a form's state about freezes and protections. */
export interface RestrictionState {
  readonly standing?: FormRestrictions | undefined;
  /** Whether the person chose to break glass. */
  readonly breakGlass?: boolean | undefined;
}

/**
 * The part of a form above its inputs if the number is frozen or protected. `another` is a button that leads away from
 * a frozen number.
 */
export function restrictionBlocks(
  { standing, breakGlass }: RestrictionState,
  another: Button[] = [],
): KnownBlock[] {
  if (!standing || (standing.frozen === undefined && !standing.isProtected)) return [];
  const { frozen, isProtected } = standing;
  const said = frozen === undefined ? [] : [section(`:snowflake: ${frozen}`)];
  if (breakGlass) {
    const two = standing.approvals === 2 ? " It wants two approvals." : "";
    const words = `:rotating_light: *Break glass.*${two} You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.`;
    return [...said, section(words)];
  }
  if (frozen !== undefined) return [...said, ...(another.length > 0 ? [actions(another)] : [])];
  if (!isProtected) return [];
  const isTwo = standing.approvals === 2;
  const words = `:lock: *This number is protected.* ${isTwo ? "Two other people" : "Someone else"} must approve this change.`;
  const alone =
    standing.approvers === undefined
      ? []
      : [
          section(
            `:warning: *${isTwo ? "Fewer than two others" : "Nobody else"} can approve it now.* You can still ask. Nothing changes until ${isTwo ? "two others" : "someone else"} can approve. Approvers: ${standing.approvers}. An admin can add approvers: \`/number settings\`.`,
          ),
        ];
  const others = standing.pending === undefined ? [] : [section(`*Already pending:*\n${standing.pending}`)];
  const asked = standing.asked === undefined ? "" : `\n${standing.asked}`;
  return [section(`${words}${asked}`), ...others, ...alone];
}

/** The choice to break glass, at the end of a form. */
export function breakGlassBlocks({ standing, breakGlass }: RestrictionState): KnownBlock[] {
  if (!standing) return [];
  if (breakGlass) return [actions([button("break_glass:back", "Cancel break glass", "back")])];
  return standing.mayBreak ? [actions([breakGlassButton()])] : [];
}

/** The label of the submit button; `verb` is the label without restrictions. */
export function submitText(state: RestrictionState, verb: string): string {
  if (state.breakGlass) return `Break glass and ${verb.toLowerCase()}`;
  return asksForApproval(state) ? "Ask for approval" : verb;
}

/** Whether the form has inputs: not for a frozen number, unless the person breaks glass. */
export function isOpenToChange({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.frozen === undefined || breakGlass === true;
}

/** Whether submitting requests approval. */
export function asksForApproval({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.isProtected === true && breakGlass !== true;
}

export function breakGlassButton(): Button {
  return confirmed(button("break_glass", "Break glass", "break"), {
    title: "Break glass?",
    text: "You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.",
    yes: "Continue",
  });
}
