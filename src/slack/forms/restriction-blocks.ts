import type { Button, KnownBlock } from "@slack/types";
import { actions, button, section } from "../block-kit/blocks.ts";
import type { FormRestrictions } from "./form-restrictions.ts";

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
    const words =
      ":rotating_light: *Break glass.* You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.";
    return [...said, section(words)];
  }
  if (frozen !== undefined) return [...said, ...(another.length > 0 ? [actions(another)] : [])];
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
  const others = standing.pending === undefined ? [] : [section(`*Already pending:*\n${standing.pending}`)];
  return [section(words), ...others, ...alone];
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
function asksForApproval({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.isProtected === true && breakGlass !== true;
}

function breakGlassButton(): Button {
  return {
    ...button("break_glass", "Break glass", "break"),
    confirm: {
      title: { type: "plain_text", text: "Break glass?" },
      text: {
        type: "plain_text",
        text: "You take sole responsibility. Approvers and admins are alerted now; an admin reviews it.",
      },
      confirm: { type: "plain_text", text: "Continue" },
      deny: { type: "plain_text", text: "Cancel" },
    },
  };
}
