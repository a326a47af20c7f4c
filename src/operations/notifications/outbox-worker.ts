import { agesOf, type Ages, type Clocks } from "../../domain/shared/age.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { OutboxMessage } from "../../domain/notifications/outbox.ts";
import type { Store } from "../../domain/ports/store.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import type { Notifier } from "./notifier.ts";

/** After this time a message is given up, in milliseconds. */
const longestMs = 24 * 60 * 60 * 1000;
/** How many messages one destination gets before the other destinations of its workspace have their turn. */
const batchSize = 20;
/** How many destinations of one workspace get messages concurrently. */
const destinationsAtOnce = 4;

/** Delivers stored messages. */
export interface OutboxWorker {
  /**
   * Delivers the pending messages of one workspace, or of all concurrently. A destination gets them in order, each
   * once, and none while an older one cannot be delivered. Messages older than a day are dropped, with an entry. Never
   * throws.
   */
  deliverPending(workspaceId?: string): Promise<void>;
}

/** What the worker needs. */
export interface OutboxWorkerOptions extends Clocks {
  readonly store: Store;
  readonly log: Log;
  /** One server at a time delivers to a workspace, so that the order is kept. */
  readonly locks: Locks;
  readonly notifier: Pick<Notifier, "deliver">;
}

interface Worker extends Pick<OutboxWorkerOptions, "store" | "log" | "notifier"> {
  /** How long messages have been pending. */
  readonly ages: Ages;
  /** The messages that were delivered, and could not be removed yet. */
  readonly delivered: Set<number>;
}

/** A worker for all workspaces, none of which waits for another. */
export function outboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const { store, log, locks, notifier } = options;
  const worker: Worker = { store, log, notifier, ages: agesOf(options), delivered: new Set() };
  const busy = new Set<string>();
  const again = new Set<string>();
  const deliverOf = async (workspaceId: string): Promise<void> => {
    if (busy.has(workspaceId)) {
      // The running round may have looked before the newest message was stored.
      again.add(workspaceId);
      return;
    }
    busy.add(workspaceId);
    try {
      do {
        again.delete(workspaceId);
        await locks.withLock(`outbox ${workspaceId}`, async () => deliverAll(worker, workspaceId));
      } while (again.has(workspaceId));
    } catch (error) {
      log.error({ workspace: workspaceId, err: error }, "outbox not processed");
    } finally {
      busy.delete(workspaceId);
    }
  };
  return {
    deliverPending: async (workspaceId) => {
      try {
        const due = workspaceId === undefined ? await store.outbox.workspaceIds() : [workspaceId];
        await Promise.all(due.map(deliverOf));
      } catch (error) {
        log.error({ err: error }, "outbox not processed");
      }
    },
  };
}

/** Delivers to every destination of a workspace, a batch each in turn, until nothing deliverable is left. */
async function deliverAll(worker: Worker, workspaceId: string): Promise<void> {
  const { outbox } = worker.store;
  for (const id of await outbox.lost(workspaceId)) await dropLost(worker, workspaceId, id);
  let destinations = await outbox.places(workspaceId);
  while (destinations.length > 0) {
    const unfinished: (typeof destinations)[number][] = [];
    const keyOf = (): string => workspaceId;
    await forEachConcurrent(destinations, { keyOf, atOnce: destinationsAtOnce }, async (destination) => {
      const batch = await outbox.next(workspaceId, destination, batchSize);
      for (const message of batch) if (!(await isDone(worker, message))) return;
      if (batch.length === batchSize) unfinished.push(destination);
    });
    destinations = unfinished;
  }
}

/** Handles one message, so that one that fails delays only its own destination. Returns whether it is done with. */
async function isDone(worker: Worker, message: OutboxMessage): Promise<boolean> {
  try {
    return await handle(worker, message);
  } catch (error) {
    const { workspaceId: workspace, id: outbox } = message;
    worker.log.error({ workspace, outbox, err: error }, "message not delivered");
    return false;
  }
}

async function handle(worker: Worker, message: OutboxMessage): Promise<boolean> {
  const { ages, delivered, notifier } = worker;
  const { id, workspaceId, at } = message;
  if (!delivered.has(id)) {
    const lateMs = ages.of(id, new Date(at));
    if (lateMs > longestMs) {
      await recordDropped(worker, workspaceId, id, `kept since ${at}; Slack did not take it for a day`);
    } else {
      const delivery = await notifier.deliver(message, lateMs);
      if (delivery.kind === "later") return false;
      if (delivery.kind === "dropped") await recordDropped(worker, workspaceId, id, delivery.reason);
      // Remembered before the removal: if that fails, the message must not be delivered again.
      if (delivery.kind === "delivered") delivered.add(id);
    }
  }
  await remove(worker, id);
  return true;
}

/** A message without a readable destination cannot be delivered, so only the logs have it. */
async function dropLost(worker: Worker, workspaceId: string, id: number): Promise<void> {
  worker.log.error({ workspace: workspaceId, outbox: id }, "message with an unreadable destination");
  await recordDropped(worker, workspaceId, id, "its place cannot be read");
  await remove(worker, id);
}

async function recordDropped(
  { store }: Worker,
  workspaceId: string,
  id: number,
  reason: string,
): Promise<void> {
  await store.workspace(workspaceId).audit.append({
    kind: "message.dropped",
    actor: { kind: "system", job: "outbox" },
    requestId: `outbox:${id}`,
    outcome: "refused",
    reason,
  });
}

async function remove({ store, ages, delivered }: Worker, id: number): Promise<void> {
  await store.outbox.remove(id);
  ages.forget(id);
  delivered.delete(id);
}
