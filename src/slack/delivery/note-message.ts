import { subjectOf, type ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";

/** A posted message, and the action that its buttons belong to. */
export interface PostedMessageWithButtons {
  readonly act: ButtonSubject;
  readonly address: MessageAddress;
  readonly message: Message;
  /** The person, if it was to be a direct message. */
  readonly userId?: string | undefined;
}

/**
 * Stores the address of a message with buttons, so that they can be removed when the action is over, which may be
 * already. The message is posted by then, so a failure is only logged: the button itself then says what has happened.
 */
export async function noteMessageWithButtons(
  deps: Pick<SlackDeps, "store" | "log" | "checkButtons" | "checkButtonsNow">,
  workspaceId: string,
  { act, address, message, userId }: PostedMessageWithButtons,
): Promise<void> {
  const { messagesWithButtons, approvals, incidents } = deps.store.workspace(workspaceId);
  try {
    if (act.kind === "approval") await approvals.addMessage(act.approvalId, { ...address, userId });
    else if (act.kind === "incident") await incidents.noteThread(act.key, address);
    else await messagesWithButtons.note({ act, address, message });
  } catch (error) {
    if (!isProblem(error)) throw error;
    deps.log.error({ workspace: workspaceId, ...address, err: error }, "message not stored");
  }
  // The work that posts a message about a run is over after that, and no entry may follow: so the buttons of the older
  // message must not depend on this process going on.
  if (act.kind === "run") await deps.checkButtonsNow(workspaceId, subjectOf(act));
  else deps.checkButtons(workspaceId, subjectOf(act));
}
