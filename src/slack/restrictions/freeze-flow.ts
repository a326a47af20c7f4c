import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { Freeze } from "../../domain/numbers/freeze.ts";
import type { Scope } from "../../domain/numbers/scope.ts";
import { liftFreeze } from "../../operations/restrictions/freeze.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { freezeLiftedMessage, freezeSetMessage } from "./freeze-message.ts";

/** Announces a freeze in the conversation. */
export async function announceFreeze(req: RequestContext, freeze: Freeze): Promise<void> {
  const { connectionId, numberId, at: setAt } = freeze;
  await say(req, freezeSetMessage(freeze), { kind: "freeze", scope: { connectionId, numberId }, at: setAt });
}

/** Unfreezes and announces that in the conversation. Throws what `liftFreeze` throws. */
export async function unfreezeAndAnnounce(req: RequestContext, scope: Scope, setAt?: string): Promise<void> {
  await say(req, freezeLiftedMessage(await liftFreeze(req.ctx, scope, setAt), req.conversation.userId));
}

async function say(req: RequestContext, message: Message, act?: ButtonSubject): Promise<void> {
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message,
    requestId: req.ctx.requestId,
    act,
  });
}
