import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { eventOf } from "../../domain/webhooks/event-document.ts";
import { wantsEvent } from "../../domain/webhooks/event-kinds.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Webhook, WebhookTarget } from "../../domain/webhooks/webhook.ts";
import type { SendResult, WebhookSender } from "../../domain/webhooks/webhook-sender.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import type { Again } from "../shared/work/work-runner.ts";

/** How many events one webhook gets before others have their turn. */
const mostAtOnce = 100;
/** How long every attempt may fail before a webhook is paused, in milliseconds. */
const longestFailureMs = 24 * 60 * 60_000;
const minute = 60_000;
/** The delays after the first failures; the last one from then on. */
const delaysMs = [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute, 60 * minute, 120 * minute];
const longestDelayMs = 120 * minute;
/** How often the admins are looked for if Slack does not say who they are, and how often at most. */
const tellAgainMs = minute;
const mostTellings = 60;

/** What a delivery needs. */
export interface DeliverOptions {
  readonly sender: Pick<WebhookSender, "send">;
  readonly notifier: Pick<Notifier, "webhookPaused">;
}

/**
 * Sends the entries of the audit log that a webhook has not got, in order, and stores after each how far it is. So what
 * was under way when a process ended is sent again, and nothing overtakes anything. If an attempt fails, the same entry
 * is tried again later, less and less often. After a day of failures, if the receiver says that it is gone, or if the webhook
 * cannot be decrypted, it is paused, and the admins are told. Kinds that it does not get are passed over. Throws
 * not_recorded.
 */
export async function deliverEvents(
  ctx: Context,
  { claim, leftMs }: HeldWork,
  options: DeliverOptions,
): Promise<Again> {
  const { webhooks, audit } = ctx.workspace;
  const webhook = await webhooks.find(claim.itemId);
  if (!webhook) return undefined;
  if (webhook.state === "paused") return notifyPaused(ctx, webhook, claim.attempts, options);
  const passOver = (sequence: number, error: unknown): void =>
    ctx.log.error(
      { workspace: ctx.workspace.id, sequence, err: error },
      "unreadable entry not sent to a webhook",
    );
  let { kinds } = webhook;
  let sent = 0;
  /** The last entry of those in a row that it does not get. */
  let passed: number | undefined;
  const notePassed = async (): Promise<void> => {
    if (passed !== undefined) await webhooks.passedOver(webhook.id, passed);
  };
  for await (const entry of audit.walk({ afterSequence: webhook.sequence }, passOver)) {
    if (sent === mostAtOnce || leftMs() <= 0 || ctx.stopping?.aborted) {
      await notePassed();
      return { dueInMs: 0 };
    }
    // What is recorded after this entry counts by the kinds that it stands for.
    if (entry.kind === "webhook.changed" && entry.details?.["webhook"] === webhook.id)
      kinds = (await webhooks.find(webhook.id))?.kinds;
    if (!wantsEvent(kinds, entry.kind)) {
      passed = entry.sequence;
      continue;
    }
    // Read again for each event: somebody may replace the secret meanwhile.
    const target = await targetOf(ctx, webhook.id);
    if ("why" in target) {
      await webhooks.pause(webhook.id, target.why, ctx);
      return { dueInMs: 0 };
    }
    const result = await options.sender.send({
      ...target,
      id: entry.id,
      body: JSON.stringify(eventOf(entry)),
      now: ctx.now(),
    });
    if (!result.isAccepted) {
      await notePassed();
      return afterFailure(ctx, webhook, entry, { ...result, attempts: sent === 0 ? claim.attempts : 1 });
    }
    if (!(await webhooks.delivered(webhook.id, entry.sequence))) return undefined;
    passed = undefined;
    sent += 1;
  }
  await notePassed();
  return undefined;
}

/** Where to send, or why that cannot be decrypted: only somebody who has the key can help, so no attempt would. */
async function targetOf(ctx: Context, id: string): Promise<WebhookTarget | { readonly why: string }> {
  try {
    return await ctx.workspace.webhooks.target(id);
  } catch (error) {
    if (isProblem(error, "not_connected")) return { why: error.message };
    throw error;
  }
}

type Failure = Extract<SendResult, { readonly isAccepted: false }> & { readonly attempts: number };

async function afterFailure(
  ctx: Context,
  { id }: Webhook,
  entry: AuditEntry,
  { why, isGone, attempts, retryAfterMs = 0 }: Failure,
): Promise<Again> {
  const { webhooks } = ctx.workspace;
  const since = await webhooks.noteFailure(id, why);
  ctx.log.warn({ workspace: ctx.workspace.id, webhook: id, entry: entry.id, why }, "event not delivered");
  const hasFailedForLong = ctx.now().getTime() - since.getTime() >= longestFailureMs && !ctx.isClockSkewed();
  if (isGone || hasFailedForLong) {
    await webhooks.pause(id, why, ctx);
    return { dueInMs: 0 };
  }
  const delay = delaysMs[Math.min(Math.max(attempts, 1), delaysMs.length) - 1];
  // A receiver may ask for more time, but not for so much that a day of failures goes unnoticed.
  const asked = Math.min(retryAfterMs, longestDelayMs);
  return { dueInMs: Math.max(delay ?? longestDelayMs, asked), hasFailed: true };
}

async function notifyPaused(
  ctx: Context,
  webhook: Webhook,
  attempts: number,
  { notifier }: DeliverOptions,
): Promise<Again> {
  if (webhook.isTold) return undefined;
  const isDone = await notifier.webhookPaused(ctx, webhook, attempts >= mostTellings);
  if (!isDone) return { dueInMs: tellAgainMs, hasFailed: true };
  await ctx.workspace.webhooks.noteTold(webhook.id);
  return undefined;
}
