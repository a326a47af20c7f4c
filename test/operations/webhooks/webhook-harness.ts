import { eventDocument } from "../../../src/domain/webhooks/event-document.ts";
import type { OutgoingEvent, SendResult } from "../../../src/domain/webhooks/webhook-sender.ts";
import { webhookWorker, type WebhookWorker } from "../../../src/operations/webhooks/webhook-worker.ts";
import { startWorld } from "../../support/world.ts";

export const by = { actor: { kind: "cli", osUser: "root" }, requestId: "req_1" } as const;
export const target = {
  url: "https://hooks.example/x",
  origin: "https://hooks.example",
  secret: "whsec_one",
};
export const minute = 60_000;
export const refused = { isAccepted: false, why: "The receiver answered 500.", isGone: false } as const;

/** What an event says. */
export const dataOf = (event: OutgoingEvent) => eventDocument.parse(JSON.parse(event.body)).data;

/** A workspace and a server that sends its events to a receiver. */
export async function startWebhooks() {
  const world = await startWorld();
  const sent: OutgoingEvent[] = [];
  const told: { readonly id: string; readonly isLast: boolean }[] = [];
  const startWorker = (): WebhookWorker =>
    webhookWorker({
      store: world.store,
      timer: world.timer,
      log: world.ctx.log,
      everyMs: 10_000,
      sender: {
        send: async (event) => {
          sent.push(event);
          return at.answer();
        },
      },
      notifier: {
        webhookPaused: async (_ctx, { id }, isLast) => {
          told.push({ id, isLast });
          return Promise.resolve(at.isSlackBack);
        },
      },
      contextFor: () => at.ctx,
      track: () => undefined,
    });
  const at = {
    world,
    /** What the workers work in. */
    ctx: world.ctx,
    /** What the receiver answers. */
    answer: (): SendResult | Promise<SendResult> => ({ isAccepted: true }),
    isSlackBack: true,
    /** What the receiver was sent, and the admins were told. */
    sent,
    told,
    worker: startWorker(),
    startWorker,
    /** Looks for what is to be sent, and sends it. */
    round: async (): Promise<void> => {
      await world.store.scheduleWebhooks();
      await at.worker.round();
    },
    kinds: (): string[] => sent.map((event) => dataOf(event).kind),
    add: async (only?: readonly string[]) => world.ctx.workspace.webhooks.add({ ...target, kinds: only }, by),
    newest: async () => (await world.ctx.workspace.audit.entries({ limit: 1 }))[0]?.sequence,
  };
  return at;
}
