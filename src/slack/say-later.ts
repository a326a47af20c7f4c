import { z } from "zod";
import { agesOf, type Ages } from "../domain/age.ts";
import type { Unsaid } from "../domain/outbox.ts";
import { context, section, type Message } from "./block-kit.ts";
import { voice, type Voice } from "./conversation.ts";
import type { Services } from "./services.ts";
import { bare } from "./words.ts";

const day = 24 * 60 * 60 * 1000;

/** Those whose outbox is being worked off: two rounds at once would say things twice. */
const speaking = new WeakSet<Services>();
/** Those that were asked to speak while they spoke. */
const heardOfMore = new WeakSet<Services>();
/** How long messages have been waiting. */
const waitingFor = new WeakMap<Services, Ages>();
/** What was said and could not be removed yet. */
const alreadySaid = new WeakMap<Services, Set<number>>();

const minute = 60_000;

const message = z.object({
  text: z.string(),
  blocks: z.custom<Message["blocks"]>(Array.isArray),
  /** It was never to be said in any other way: only what comes long after is late. */
  planned: z.boolean().optional(),
});

/**
 * Says what waits in the outbox: oldest first, each once, and nothing to a place before what is older for it. What is a
 * day old is given up, with an entry in the audit log. Never throws.
 */
export async function sayWaiting(services: Services): Promise<void> {
  if (speaking.has(services)) {
    heardOfMore.add(services);
    return;
  }
  speaking.add(services);
  heardOfMore.delete(services);
  const blocked = new Set<string>();
  try {
    const waiting = await services.store.outbox.waiting();
    agesIn(services).keep(new Set(waiting.map(({ id }) => id)));
    for (const unsaid of waiting) {
      const place = `${unsaid.workspaceId} ${JSON.stringify(unsaid.place)}`;
      if (blocked.has(place)) continue;
      if (!(await saidOrLogged(services, unsaid))) blocked.add(place);
    }
  } catch (error) {
    services.log.error({ err: error }, "outbox not worked off");
  } finally {
    speaking.delete(services);
  }
  // What was put there while this round was under way may have come too late to be seen by it.
  if (heardOfMore.has(services)) await sayWaiting(services);
}

/** One message that fails, for its workspace's seal perhaps, does not hold up those of others. */
async function saidOrLogged(services: Services, unsaid: Unsaid): Promise<boolean> {
  try {
    return await sayOne(services, unsaid);
  } catch (error) {
    services.log.error({ workspace: unsaid.workspaceId, outbox: unsaid.id, err: error }, "message not said");
    return false;
  }
}

function agesIn(services: Services): Ages {
  const ages = waitingFor.get(services) ?? agesOf(services);
  waitingFor.set(services, ages);
  return ages;
}

/** Returns whether the message is done with. */
async function sayOne(services: Services, unsaid: Unsaid): Promise<boolean> {
  const { store, log, slackApiUrl } = services;
  const { id, workspaceId, place, at } = unsaid;
  const said = alreadySaid.get(services) ?? new Set<number>();
  alreadySaid.set(services, said);
  if (said.has(id)) {
    await store.outbox.remove(id);
    said.delete(id);
    return true;
  }
  const lateMs = agesIn(services).of(id, new Date(at));
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
  const { planned = false, ...words } = read.data;
  const told = planned && lateMs < minute ? words : late(words, lateMs);
  const heard = await there.announce(told, { thereOrLater: true });
  if (heard.unsayable !== undefined) return passOver(services, unsaid, there, heard.unsayable);
  if (heard.heardBy === "nobody") return false;
  // Remembered before it is removed: when the removal cannot be written, it must not be said once more.
  said.add(id);
  await store.outbox.remove(id);
  said.delete(id);
  return true;
}

/**
 * A message that Slack never takes must not hold up what waits behind it: the place reads that there was one, and the
 * audit log why it was dropped.
 */
async function passOver(
  { store, log }: Services,
  { id, workspaceId }: Unsaid,
  there: Voice,
  why: string,
): Promise<boolean> {
  log.error({ workspace: workspaceId, outbox: id, slack: why }, "message that Slack does not take");
  const words = `:warning: *Patchbay had something to tell here that Slack does not take* (${why}). What happened is on record: look at \`/number history\`.`;
  const { heardBy } = await there.announce(
    { text: bare(words), blocks: [section(words)] },
    { thereOrLater: true },
  );
  if (heardBy === "nobody") return false;
  await store.workspace(workspaceId).audit.append({
    kind: "message.dropped",
    actor: { kind: "system", job: "outbox" },
    requestId: `outbox:${id}`,
    outcome: "refused",
    reason: `Slack does not take it: ${why}`,
  });
  await store.outbox.remove(id);
  return true;
}

function late({ text, blocks }: Message, lateMs: number): Message {
  const minutes = Math.round(lateMs / 60_000);
  const delay = minutes < 1 ? "less than a minute" : `${minutes} min`;
  const words = `Said ${delay} late: Slack did not take it before.`;
  return { text: `${words}\n${text}`, blocks: [context(`:clock3: ${words}`), ...blocks].slice(0, 50) };
}
