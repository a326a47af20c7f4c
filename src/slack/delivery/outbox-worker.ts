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

/** So many messages are said in one place before the other places of its workspace have their turn. */
const mostInARow = 20;
/** In so many places of one workspace something is said at the same time. */
const placesAtOnce = 4;

const minute = 60_000;

/** Says what Slack did not take when it was to be said. */
export interface OutboxWorker {
  /**
   * Says what waits in one workspace, or in all side by side: in each place oldest first, each once, and nothing before what is older
   * there. What is a day old is given up, with an entry in the audit log. Never throws.
   */
  sayWaiting(workspaceId?: string): Promise<void>;
}

interface Worker {
  readonly deps: SlackDeps;
  /** How long messages have been waiting. */
  readonly ages: Ages;
  /** What was said and could not be removed yet. */
  readonly said: Set<number>;
}

/** A worker for all workspaces, none of which waits for another one's places. */
export function outboxWorker(deps: SlackDeps): OutboxWorker {
  const worker: Worker = { deps: deps, ages: agesOf(deps), said: new Set() };
  const speaking = new Set<string>();
  const heardOfMore = new Set<string>();
  const one = async (workspaceId: string): Promise<void> => {
    if (speaking.has(workspaceId)) {
      // What was put there while this round was under way may have come too late to be seen by it.
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

/** Says what waits in the places of one workspace, a few messages in each until nothing is left that Slack takes. */
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

/** One message that fails, for its workspace's seal perhaps, does not hold up those of others. */
async function saidOrLogged(worker: Worker, message: OutboxMessage): Promise<boolean> {
  try {
    return await sayOne(worker, message);
  } catch (error) {
    const { workspaceId: workspace, id: outbox } = message;
    worker.deps.log.error({ workspace, outbox, err: error }, "message not said");
    return false;
  }
}

/** A message whose place cannot be read is said nowhere: the log and the audit log are all that can tell of it. */
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

/** Forgets a message that is done with. */
async function remove({ deps, ages }: Worker, id: number): Promise<void> {
  await deps.store.outbox.remove(id);
  ages.forget(id);
}

/** Returns whether the message is done with. */
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
  // Remembered before it is removed: when the removal cannot be written, it must not be said once more.
  said.add(id);
  if (about && delivered.message)
    await noteActMessage(deps, workspaceId, { act: about, address: delivered.message, message: told });
  await remove(worker, id);
  said.delete(id);
  return true;
}

/**
 * A message that Slack never takes, or that cannot be read, must not hold up what waits behind it: the place reads that
 * there was one, and the audit log why it was dropped. `slack` is Slack's word for what is wrong with it.
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
