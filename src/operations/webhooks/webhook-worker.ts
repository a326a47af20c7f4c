import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import { maxWebhooks } from "../../domain/webhooks/webhook.ts";
import { yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import type { Context } from "../shared/context.ts";
import { workRunner, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { deliverEvents, type DeliverOptions } from "./deliver-events.ts";

/** How many webhooks this process sends to at once. */
const atOnce = 20;

/** Sends new audit entries to webhooks. */
export interface WebhookWorker extends WorkRunner {
  /** Looks for entries to send, of this process and of others. Returns at once and never throws. */
  checkEntries(): void;
}

/** What the worker needs. */
export interface WebhookWorkerOptions extends DeliverOptions {
  readonly store: Pick<Store, "work" | "scheduleWebhooks">;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  contextFor(workspaceId: string): Context;
  /** Keeps the process alive during a delivery. */
  track(work: Promise<unknown>): void;
}

/**
 * Reads the audit log instead of hearing from the code that writes it, as announcements do. Each webhook is a piece of work,
 * which one server claims, so that no two send to it at once.
 */
export function webhookWorker({ contextFor, store, ...options }: WebhookWorkerOptions): WebhookWorker {
  const { log, timer, everyMs, track } = options;
  let isLooking = false;
  let stopTicks: () => void = () => undefined;
  const runner = workRunner({
    ...options,
    kind: "webhook",
    queue: store.work,
    atOnce,
    perLane: maxWebhooks,
    retryMs: everyMs,
    failed: "events not sent to a webhook",
    run: async (held) => deliverEvents(contextFor(held.claim.workspaceId), held, options),
  });
  const look = async (): Promise<void> => {
    await yieldToEventLoop();
    isLooking = false;
    try {
      if ((await store.scheduleWebhooks()) > 0) runner.check();
    } catch (err) {
      log.error({ err }, "events not sent to webhooks; this will be retried");
    }
  };
  function checkEntries(): void {
    // A look that has not begun will find the newest entry too.
    if (isLooking) return;
    isLooking = true;
    track(look());
  }
  return {
    ...runner,
    checkEntries,
    start: async () => {
      stopTicks = timer.every(everyMs, checkEntries);
      await runner.start();
    },
    stop: () => {
      stopTicks();
      runner.stop();
    },
  };
}
