import { z } from "zod";
import type { Unsaid } from "../domain/outbox.ts";
import { context, type Message } from "./block-kit.ts";
import { voice } from "./conversation.ts";
import type { Services } from "./services.ts";

const day = 24 * 60 * 60 * 1000;

/** Those whose outbox is being worked off: two rounds at once would say things twice. */
const speaking = new WeakSet<Services>();

const message = z.object({ text: z.string(), blocks: z.custom<Message["blocks"]>(Array.isArray) });

/**
 * Says what waits in the outbox: oldest first, each once, and nothing to a place before what is older for it. What is a
 * day old is given up, with an entry in the audit log. Never throws.
 */
export async function sayWaiting(services: Services): Promise<void> {
  if (speaking.has(services)) return;
  speaking.add(services);
  const blocked = new Set<string>();
  try {
    for (const unsaid of await services.store.outbox.waiting()) {
      const place = `${unsaid.workspaceId} ${JSON.stringify(unsaid.place)}`;
      if (blocked.has(place)) continue;
      if (!(await sayOne(services, unsaid))) blocked.add(place);
    }
  } catch (error) {
    services.log.error({ err: error }, "outbox not worked off");
  } finally {
    speaking.delete(services);
  }
}

/** Returns whether the message is done with. */
async function sayOne(services: Services, unsaid: Unsaid): Promise<boolean> {
  const { store, log, slackApiUrl } = services;
  const { id, workspaceId, place, at } = unsaid;
  const lateMs = services.now().getTime() - Date.parse(at);
  if (lateMs > day) {
    await store.workspace(workspaceId).audit.append({
      kind: "message.dropped",
      actor: { kind: "system", job: "outbox" },
      requestId: `outbox:${id}`,
      outcome: "refused",
      reason: `kept since ${at}; Slack did not take it for a day`,
    });
    await store.outbox.remove(id);
    return true;
  }
  const installed = await services.installationOf(workspaceId);
  const read = message.safeParse(unsaid.message);
  if (!installed || !read.success) {
    await store.outbox.remove(id);
    log.warn({ workspace: workspaceId, outbox: id }, "message has nowhere to go");
    return true;
  }
  const clients = services.clients(installed.botToken);
  const there = voice(clients, place, { log, requestId: `outbox:${id}`, slackApiUrl });
  const { heardBy } = await there.announce(late(read.data, lateMs));
  if (heardBy === "nobody") return false;
  await store.outbox.remove(id);
  return true;
}

function late({ text, blocks }: Message, lateMs: number): Message {
  const minutes = Math.round(lateMs / 60_000);
  const delay = minutes < 1 ? "less than a minute" : `${minutes} min`;
  const words = `Said ${delay} late: Slack did not take it before.`;
  return { text: `${words}\n${text}`, blocks: [context(`:clock3: ${words}`), ...blocks].slice(0, 50) };
}
