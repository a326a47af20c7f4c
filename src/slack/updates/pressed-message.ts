import { isProblem } from "../../domain/problem/problem.ts";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { sameScope } from "../../domain/numbers/scope.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { noteMessageWithButtons } from "../delivery/note-message.ts";
import type { PressedMessage } from "../listener/action.ts";
import type { RequestContext } from "../context/request-context.ts";
import { expirySubject, expiryChoiceValue } from "../block-kit/expiry-buttons.ts";
import { formRequestValue } from "../forms/change-draft.ts";
import { freezeValue } from "../block-kit/key-values.ts";

/**
 * Stores a message of unknown address when one of its buttons is clicked: an earlier version has posted it, or its
 * update has failed. Never throws; invalid values are left to the button's handler.
 */
export async function notePressed(
  { ctx: { workspace, requestId, log }, deps }: RequestContext,
  pressed: PressedMessage,
  actionId: string,
  value = "",
): Promise<void> {
  try {
    if (await workspace.messagesWithButtons.find(pressed.address)) return;
    const act = await actOf(workspace, pressed, actionId, value);
    if (act) await noteMessageWithButtons(deps, workspace.id, { ...pressed, act });
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.info({ requestId, err: error }, "clicked message not stored");
  }
}

/** The action of a button whose message is not stored yet. */
async function actOf(
  workspace: WorkspaceStore,
  { address: { channelId, ts } }: PressedMessage,
  actionId: string,
  value: string,
): Promise<ButtonSubject | undefined> {
  switch (actionId) {
    case "keep_change":
    case "extend_change":
    case "end_change": {
      const { changeId, endsAt } = expiryChoiceValue.parse(value);
      const temporary = await workspace.temporaryChanges.find(changeId);
      return temporary && expirySubject({ ...temporary, endsAt });
    }
    case "undo":
      return changeSubject(workspace, value);
    case "open_form": {
      const asked = formRequestValue.parse(value);
      const again = asked.kind === "draft" ? asked.form.again : undefined;
      return again === undefined ? undefined : changeSubject(workspace, again);
    }
    case "unfreeze": {
      const { scope, setAt } = freezeValue.parse(value);
      const freeze = (await workspace.freezes.list()).find((each) => sameScope(each, scope));
      return { kind: "freeze", scope, at: setAt ?? freeze?.at ?? "" };
    }
    case "approve":
    case "decline": {
      const approval = await workspace.approvals.find(value);
      const isKnown = approval?.messages.some((each) => each.channelId === channelId && each.ts === ts);
      return approval && !isKnown ? { kind: "approval", approvalId: value } : undefined;
    }
    case "incident:end": {
      const { thread } = await workspace.incidents.get(value);
      return thread ? undefined : { kind: "incident", key: value };
    }
    case "run:pause":
    case "run:resume":
    case "run:without":
    case "run:stop":
    case "run:end":
    case "run:back":
      return { kind: "run", runId: (await workspace.runs.get(value)).id };
    default:
      return undefined;
  }
}

async function changeSubject(
  workspace: WorkspaceStore,
  changeId: string,
): Promise<ButtonSubject | undefined> {
  const { number } = (await workspace.audit.change(changeId)).requested;
  if (!number) return undefined;
  const { connectionId, numberId } = number;
  return { kind: "change", changeId, key: { connectionId, numberId } };
}
