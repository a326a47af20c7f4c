import { agesOf, type Ages, type Clocks } from "../../domain/shared/age.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { OutboxMessage } from "../../domain/notifications/outbox.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Job } from "../shared/work/interval-job.ts";
import { assertHeld, type HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer } from "../shared/work/work-runner.ts";
import type { Notifier } from "./notifier.ts";

/** After this time a message is given up, in milliseconds. */
const longestMs = 24 * 60 * 60 * 1000;
/** How many messages one destination gets before the other destinations of its workspace have their turn. */
const batchSize = 20;
/** How many destinations get messages at once from this server. */
const atOnce = 40;
/** How many destinations of one workspace get messages at once, from all servers together. */
const destinationsAtOnce = 4;

/** Delivers stored messages. */
export interface OutboxWorker extends Job {
  /**
   * Delivers what is due now, until that is done. A destination gets its messages in order, each once, and none while
   * an older one cannot be delivered; it holds up no other. Messages older than a day are dropped, with an entry. Never
   * throws.
   */
  deliverPending(): Promise<void>;
}

/** What the worker needs. */
export interface OutboxWorkerOptions extends Clocks {
  readonly store: Store;
  readonly log: Log;
  readonly notifier: Pick<Notifier, "deliver">;
  readonly timer: RunnerTimer;
  /** When to try a destination again that did not accept a message, in milliseconds. */
  readonly everyMs: number;
  /** Keeps the process alive during a delivery. */
  track(work: Promise<unknown>): void;
}

interface Worker extends Pick<OutboxWorkerOptions, "store" | "log" | "notifier" | "everyMs"> {
  /** How long messages have been pending. */
  readonly ages: Ages;
  /** The messages that were delivered, and could not be removed yet. */
  readonly delivered: Set<number>;
}

/** A worker for all workspaces. A destination is served by one server at a time, so that its order is kept. */
export function outboxWorker(options: OutboxWorkerOptions): OutboxWorker {
  const { store, log, notifier, timer, everyMs, track } = options;
  const worker: Worker = { store, log, notifier, everyMs, ages: agesOf(options), delivered: new Set() };
  const runner = workRunner({
    kind: "outbox",
    queue: store.work,
    log,
    timer,
    everyMs,
    atOnce,
    perLane: destinationsAtOnce,
    retryMs: everyMs,
    failed: "outbox not processed",
    run: async (held) => deliverTo(worker, held),
    track,
  });
  const scheduleMissing = async (): Promise<void> => {
    try {
      await store.outbox.scheduleMissing();
    } catch (err) {
      log.error({ err }, "outbox not processed");
    }
  };
  let stopTicks = (): void => undefined;
  return {
    start: async () => {
      await scheduleMissing();
      stopTicks = timer.every(everyMs, () => track(scheduleMissing()));
      await runner.start();
    },
    stop: () => {
      stopTicks();
      runner.stop();
    },
    deliverPending: runner.round,
  };
}

/** Delivers a batch to one destination. */
async function deliverTo(worker: Worker, held: HeldWork): Promise<Again> {
  const { workspaceId, itemId } = held.claim;
  const { messages, lost = [] } = await worker.store.outbox.next(workspaceId, itemId, batchSize);
  for (const id of lost) await dropLost(worker, workspaceId, id);
  if (!messages) return lost.length === batchSize ? { dueInMs: 0 } : undefined;
  for (const message of messages) {
    assertHeld(held);
    if (!(await isDone(worker, message))) return { dueInMs: worker.everyMs, hasFailed: true };
  }
  return messages.length === batchSize ? { dueInMs: 0 } : undefined;
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
