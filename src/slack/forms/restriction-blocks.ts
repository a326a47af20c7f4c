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

/** The choice to make the change without approval or in spite of a freeze, or not to: the last thing in a form. */
export function breakGlassBlocks({ standing, breakGlass }: RestrictionState): KnownBlock[] {
  if (!standing) return [];
  if (breakGlass) return [actions([button("break_glass:back", "Cancel break glass", "back")])];
  return standing.mayBreak ? [actions([breakGlassButton()])] : [];
}

/** What the form's submission is called; `verb` is the same without restrictions. */
export function submitText(state: RestrictionState, verb: string): string {
  if (state.breakGlass) return `Break glass and ${verb.toLowerCase()}`;
  return asksForApproval(state) ? "Ask for approval" : verb;
}

/** Whether the form asks for anything: not for a number that is frozen, unless somebody breaks the glass. */
export function isOpenToChange({ standing, breakGlass }: RestrictionState): boolean {
  return standing?.frozen === undefined || breakGlass === true;
}

/** Whether what is sent is a request for approval. */
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
