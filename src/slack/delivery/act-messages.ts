import { subjectOf, type Act } from "../../domain/act.ts";
import type { MessageAddress } from "../../domain/reply-target.ts";
import { isProblem } from "../../domain/problem.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";

/** A message that was posted, with what its buttons are for. */
export interface PostedAct {
  readonly act: Act;
  readonly address: MessageAddress;
  readonly message: Message;
}

/**
 * Notes where a message with buttons is, so that they go once their act is over; it may be over by now. The message is
 * posted, so that what fails here is in the log alone: a press on it then says what has happened.
 */
export async function noteActMessage(
  deps: SlackDeps,
  workspaceId: string,
  { act, address, message }: PostedAct,
): Promise<void> {
  const { actMessages, approvals, incidents } = deps.store.workspace(workspaceId);
  try {
    if (act.kind === "approval") await approvals.addMessage(act.approvalId, address);
    else if (act.kind === "incident") await incidents.noteThread(act.key, address);
    else await actMessages.note({ act, address, message });
  } catch (error) {
    if (!isProblem(error)) throw error;
    deps.log.error({ workspace: workspaceId, ...address, err: error }, "message not noted");
  }
  deps.lookAtActs(workspaceId, subjectOf(act));
}

/** Everything that orders updates of the messages of one workspace. */
export function actsOrder(workspaceId: string): string {
  return `acts ${workspaceId}`;
}
