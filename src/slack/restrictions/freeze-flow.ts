import type { Act } from "../../domain/act.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { Scope } from "../../domain/scope.ts";
import { liftFreeze } from "../../operations/restrictions/freeze.ts";
import { announce } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { freezeLiftedMessage, freezeSetMessage } from "./freeze-message.ts";

/** Says to the conversation what was frozen. */
export async function tellFreeze(at: Desk, freeze: Freeze): Promise<void> {
  const { connectionId, numberId, at: setAt } = freeze;
  await say(at, freezeSetMessage(freeze), { kind: "freeze", scope: { connectionId, numberId }, at: setAt });
}

/** Lifts a freeze and says so to the conversation. Throws what `liftFreeze` throws. */
export async function liftAndTell(at: Desk, scope: Scope): Promise<void> {
  await say(at, freezeLiftedMessage(await liftFreeze(at.ctx, scope), at.conversation.userId));
}

async function say(at: Desk, message: Message, act?: Act): Promise<void> {
  await announce(at.services, {
    workspaceId: at.ctx.workspace.id,
    clients: at.clients,
    conversation: at.conversation,
    message,
    requestId: at.ctx.requestId,
    act,
  });
}
