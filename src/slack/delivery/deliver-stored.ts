import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import type { OutboxMessage } from "../../domain/notifications/outbox.ts";
import type { Delivery } from "../../operations/notifications/notifier.ts";
import { context, fitBlocks, limits, section, truncateMrkdwn, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { Installed } from "../context/installed.ts";
import { messenger, type Messenger } from "../context/messenger.ts";
import type { SlackDeps } from "../context/services.ts";
import { deliver } from "./deliver.ts";
import { noteMessageWithButtons } from "./note-message.ts";
import { waitingMessage } from "./stored-message.ts";
import { updateMessage } from "./update-message.ts";

const minute = 60_000;

/**
 * Delivers a message from the outbox: posts it to its destination, or updates the message there. One that Slack never
 * accepts, or that cannot be read, is dropped: its destination gets a note instead, so that the messages behind it can
 * follow.
 */
export async function deliverStored(
  deps: SlackDeps,
  stored: OutboxMessage,
  lateMs: number,
): Promise<Delivery> {
  const { id, workspaceId, place } = stored;
  const installed = await deps.installationOf(workspaceId);
  if (!installed) {
    deps.log.warn({ workspace: workspaceId, outbox: id }, "message has no destination");
    return { kind: "obsolete" };
  }
  const { channelId, messageTs: ts } = place;
  if (channelId !== undefined && ts !== undefined)
    return deliverUpdate(deps, installed, stored, { channelId, ts });
  const there = messenger(deps.clients(installed.botToken), place, {
    log: deps.log,
    metrics: deps.metrics,
    tracer: deps.tracer,
    requestId: `outbox:${id}`,
    slackApiUrl: deps.slackApiUrl,
  });
  const read = waitingMessage.safeParse(stored.message);
  if (!read.success) return drop(deps, stored, there, undefined);
  const { planned = false, act, ...message } = read.data;
  const told = planned && lateMs < minute ? message : withDelay(message, lateMs);
  const { deliveredTo, message: address, unsayable } = await there.announce(told, { noFallback: true });
  if (unsayable !== undefined) return drop(deps, stored, there, unsayable);
  if (deliveredTo === "nobody") return { kind: "later" };
  if (act && address) {
    try {
      await noteMessageWithButtons(deps, workspaceId, { act, address, message: told, userId: place.userId });
    } catch (error) {
      // The message is posted, so it must not be posted again.
      deps.log.error({ workspace: workspaceId, outbox: id, err: error }, "message not stored");
    }
  }
  return { kind: "delivered" };
}

async function deliverUpdate(
  deps: SlackDeps,
  { botToken }: Installed,
  { id, workspaceId, message: stored }: OutboxMessage,
  address: MessageAddress,
): Promise<Delivery> {
  const { log } = deps;
  const ids = { workspace: workspaceId, outbox: id };
  const read = waitingMessage.safeParse(stored);
  if (!read.success) {
    log.error({ ...ids, ...address }, "unreadable update");
    return { kind: "obsolete" };
  }
  const clients = deps.clients(botToken);
  const { act, otherwise, planned: _planned, ...message } = read.data;
  const result = await updateMessage(clients, log, { ...address, ids }, message);
  if (result === "impossible" && otherwise)
    await deliver(deps, {
      workspaceId,
      clients,
      conversation: otherwise,
      message,
      requestId: `outbox:${id}`,
      act,
    });
  return { kind: result === "failed" ? "later" : "delivered" };
}

/** Posts a note in place of a message. `slack` is Slack's word for what is wrong with it; undefined if it cannot be read. */
async function drop(
  { log }: SlackDeps,
  { id, workspaceId }: OutboxMessage,
  there: Messenger,
  slack: string | undefined,
): Promise<Delivery> {
  const why = slack === undefined ? "it cannot be read" : "Slack does not accept it";
  log.error({ workspace: workspaceId, outbox: id, slack }, `message dropped: ${why}`);
  const code = slack === undefined ? "" : ` (${slack})`;
  const words = `:warning: *Patchbay could not post a message here: ${why}*${code}. The event is on record, see \`/number history\`.`;
  const { deliveredTo } = await there.announce(
    { text: stripMrkdwn(words), blocks: [section(words)] },
    { noFallback: true },
  );
  if (deliveredTo === "nobody") return { kind: "later" };
  return {
    kind: "dropped",
    reason: slack === undefined ? why : `${why}: ${slack}`,
  };
}

function withDelay({ text, blocks }: Message, lateMs: number): Message {
  const minutes = Math.round(lateMs / minute);
  const delay = minutes < 1 ? "less than a minute" : `${minutes} min`;
  const words = `Said ${delay} late: Slack did not take it before.`;
  return {
    text: truncateMrkdwn(`${words}\n${text}`, limits.messageText),
    blocks: fitBlocks([context(`:clock3: ${words}`), ...blocks], limits.messageBlocks),
  };
}
