import type { Button, KnownBlock } from "@slack/types";
import { actions, button, section } from "../block-kit/blocks.ts";
import type { FormRestrictions } from "./form-restrictions.ts";

/** The part of a form's state that says what stands in the way of its change. */
export interface RestrictionState {
  readonly standing?: FormRestrictions | undefined;
  /** Whether the person chose to make the change all the same. */
  readonly breakGlass?: boolean | undefined;
}

/**
 * What a form says and offers above its inputs, where the number is frozen or protected; `another` leads away from a
 * frozen one.
 */
export function restrictionBlocks(
  { standing, breakGlass }: RestrictionState,
  another: readonly Button[] = [],
): KnownBlock[] {
  if (!standing || (standing.frozen === undefined && !standing.isProtected)) return [];
  const { frozen, isProtected, mayBreak } = standing;
  const said = frozen === undefined ? [] : [section(`:snowflake: ${frozen}`)];
  if (breakGlass) {
    const words =
      ":rotating_light: *Break glass.* You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.";
    return [...said, section(words), actions([button("break_glass:back", "Cancel", "back")])];
  }
  const glass = mayBreak ? [breakGlassButton(frozen !== undefined)] : [];
  if (frozen !== undefined) {
    const buttons = [...glass, ...another];
    return [...said, ...(buttons.length > 0 ? [actions(buttons)] : [])];
  }
  if (!isProtected) return [];
  const words = ":lock: *This number is protected.* Someone else must approve this change.";
  const alone =
    standing.approvers === undefined
      ? []
      : [
          section(
            `:warning: *Nobody else can approve it now.* You can still ask. Nothing changes until someone else can approve. Approvers: ${standing.approvers}. An admin can add approvers: \`/number settings\`.`,
          ),
        ];
  return [section(words), ...alone, ...(glass.length > 0 ? [actions(glass)] : [])];
}

/** Whether the form asks for anything: not for a number that is frozen, unless somebody breaks the glass. */
export function isOpenToChange({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.frozen === undefined || breakGlass === true;
}

/** Whether what is sent is a request for approval. */
export function asksForApproval({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.isProtected === true && breakGlass !== true;
}

function breakGlassButton(isFrozen: boolean): Button {
  const label = isFrozen ? "Change all the same: break-glass" : "Change without approval: break-glass";
  return {
    ...button("break_glass", label, "break", "danger"),
    confirm: {
      title: { type: "plain_text", text: "Break glass?" },
      text: {
        type: "plain_text",
        text: "You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.",
      },
      confirm: { type: "plain_text", text: "Continue" },
      deny: { type: "plain_text", text: "Cancel" },
      style: "danger",
    },
  };
}
