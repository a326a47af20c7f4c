import { agesOf, type Ages } from "../../domain/age.ts";
import type { AuditEvent } from "../../domain/audit-log.ts";
import type { Destination, OutboxMessage } from "../../domain/outbox.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import { noteActMessage } from "./act-messages.ts";
import { context, truncateMrkdwn, fitBlocks, limits, section, type Message } from "../block-kit/blocks.ts";
import { messenger, type Messenger } from "../context/messenger.ts";
import { waitingMessage } from "./stored-message.ts";
import type { SlackDeps } from "../context/services.ts";
import { updateMessage } from "./update-message.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

const day = 24 * 60 * 60 * 1000;

/** The most messages to send to one place before the other places of its workspace have their turn. */
const mostInARow = 20;
/** The number of places of one workspace to send to concurrently. */
const placesAtOnce = 4;

const minute = 60_000;

/** Delivers the messages that Slack did not accept at first. */
export interface OutboxWorker {
  /**
   * Delivers the waiting messages of one workspace, or of all concurrently: for each place oldest first and each once.
   * Messages older than a day are dropped, with an entry in the audit log. Never throws.
   */
  sayWaiting(workspaceId?: string): Promise<void>;
}

interface Worker {
  readonly deps: SlackDeps;
  /** How long messages have been waiting. */
  readonly ages: Ages;
  /** Messages that were delivered but could not be removed yet. */
  readonly said: Set<number>;
}

/** The worker for all workspaces. None of them waits for another one's places. */
export function outboxWorker(deps: SlackDeps): OutboxWorker {
  const worker: Worker = { deps: deps, ages: agesOf(deps), said: new Set() };
  const speaking = new Set<string>();
  const heardOfMore = new Set<string>();
  const one = async (workspaceId: string): Promise<void> => {
    if (speaking.has(workspaceId)) {
      // The running round may be too late to see newly added messages.
      heardOfMore.add(workspaceId);
      return;
    }
    speaking.add(workspaceId);
    try {
      do {
        heardOfMore.delete(workspaceId);
        await speak(worker, workspaceId);
      } while (heardOfMore.has(workspaceId));
    } catch (error) {
      deps.log.error({ workspace: workspaceId, err: error }, "outbox not worked off");
    } finally {
      speaking.delete(workspaceId);
    }
  };
  return {
    sayWaiting: async (workspaceId) => {
      try {
        const all = workspaceId === undefined ? await deps.store.outbox.workspaceIds() : [workspaceId];
        await Promise.all(all.map(one));
      } catch (error) {
        deps.log.error({ err: error }, "outbox not worked off");
      }
    },
  };
}

/** Delivers a workspace's messages, a few for each place at a time, until Slack accepts none of the rest. */
async function speak(worker: Worker, workspaceId: string): Promise<void> {
  const { outbox } = worker.deps.store;
  for (const id of await outbox.lost(workspaceId)) await dropLost(worker, workspaceId, id);
  let places = await outbox.places(workspaceId);
  while (places.length > 0) {
    const more: Destination[] = [];
    const keyOf = (): string => workspaceId;
    await forEachConcurrent(places, { keyOf, atOnce: placesAtOnce }, async (destination) => {
      const some = await outbox.next(workspaceId, destination, mostInARow);
      for (const message of some) if (!(await saidOrLogged(worker, message))) return;
      if (some.length === mostInARow) more.push(destination);
    });
    places = more;
  }
}

/** A failure with one message, for example a missing key, does not block other messages. */
async function saidOrLogged(worker: Worker, message: OutboxMessage): Promise<boolean> {
  try {
    return await sayOne(worker, message);
  } catch (error) {
    const { workspaceId: workspace, id: outbox } = message;
    worker.deps.log.error({ workspace, outbox, err: error }, "message not said");
    return false;
  }
}

/** A message with an unreadable destination cannot be delivered. The log and the audit log record that. */
async function dropLost(worker: Worker, workspaceId: string, id: number): Promise<void> {
  const { store, log } = worker.deps;
  log.error({ workspace: workspaceId, outbox: id }, "message whose place cannot be read");
  await store.workspace(workspaceId).audit.append(dropped(id, "its place cannot be read"));
  await remove(worker, id);
}

function dropped(id: number, reason: string): AuditEvent {
  const actor = { kind: "system", job: "outbox" } as const;
  return { kind: "message.dropped", actor, requestId: `outbox:${id}`, outcome: "refused", reason };
}

/** Removes a message that is finished with. */
async function remove({ deps, ages }: Worker, id: number): Promise<void> {
  await deps.store.outbox.remove(id);
  ages.forget(id);
}

/** Returns whether the message is finished with. */
async function sayOne(worker: Worker, message: OutboxMessage): Promise<boolean> {
  const { deps, ages, said } = worker;
  const { store, log, metrics, slackApiUrl } = deps;
  const { id, workspaceId, place: destination, at } = message;
  if (said.has(id)) {
    await remove(worker, id);
    said.delete(id);
    return true;
  }
  const lateMs = ages.of(id, new Date(at));
  if (lateMs > day) {
    const why = `kept since ${at}; Slack did not take it for a day`;
    await store.workspace(workspaceId).audit.append(dropped(id, why));
    await remove(worker, id);
    return true;
  }
  const installed = await deps.installationOf(workspaceId);
  const read = waitingMessage.safeParse(message.message);
  if (!installed) {
    await remove(worker, id);
    log.warn({ workspace: workspaceId, outbox: id }, "message has nowhere to go");
    return true;
  }
  const clients = deps.clients(installed.botToken);
  const { channelId, messageTs: ts } = destination;
  if (channelId !== undefined && ts !== undefined) {
    const ids = { workspace: workspaceId, outbox: id };
    if (!read.success) log.error({ ...ids, channel: channelId, ts }, "update that cannot be read");
    else if (!(await updateMessage(clients, log, { channelId, ts, ids }, read.data))) return false;
    await remove(worker, id);
    return true;
  }
  const there = messenger(clients, destination, { log, metrics, requestId: `outbox:${id}`, slackApiUrl });
  if (!read.success) return passOver(worker, message, there, undefined);
  const { planned = false, act: about, ...words } = read.data;
  const told = planned && lateMs < minute ? words : late(words, lateMs);
  const delivered = await there.announce(told, { noFallback: true });
  if (delivered.unsayable !== undefined) return passOver(worker, message, there, delivered.unsayable);
  if (delivered.deliveredTo === "nobody") return false;
  // Remembered before it is removed: if the removal fails, the message must not be sent again.
  said.add(id);
  if (about && delivered.message)
    await noteActMessage(deps, workspaceId, { act: about, address: delivered.message, message: told });
  await remove(worker, id);
  said.delete(id);
  return true;
}

/**
 * Drops a message that Slack never accepts, or that cannot be read, so that it does not block later ones. The place
 * gets a note about it, and the audit log the reason. `slack` is Slack's error code for its content.
 */
async function passOver(
  worker: Worker,
  { id, workspaceId }: OutboxMessage,
  there: Messenger,
  slack: string | undefined,
): Promise<boolean> {
  const { store, log } = worker.deps;
  const what = slack === undefined ? "that cannot be read" : "that Slack does not take";
  log.error({ workspace: workspaceId, outbox: id, slack }, `message ${what}`);
  const code = slack === undefined ? "" : ` (${slack})`;
  const words = `:warning: *Patchbay had something to tell here ${what}*${code}. What happened is on record: look at \`/number history\`.`;
  const { deliveredTo: heardBy } = await there.announce(
    { text: stripMrkdwn(words), blocks: [section(words)] },
    { noFallback: true },
  );
  if (heardBy === "nobody") return false;
  const why = slack === undefined ? "it cannot be read" : `Slack does not take it: ${slack}`;
  await store.workspace(workspaceId).audit.append(dropped(id, why));
  await remove(worker, id);
  return true;
}

function late({ text, blocks }: Message, lateMs: number): Message {
  const minutes = Math.round(lateMs / 60_000);
  const delay = minutes < 1 ? "less than a minute" : `${minutes} min`;
  const words = `Said ${delay} late: Slack did not take it before.`;
  return {
    text: truncateMrkdwn(`${words}\n${text}`, limits.messageText),
    blocks: fitBlocks([context(`:clock3: ${words}`), ...blocks], limits.messageBlocks),
  };
}
