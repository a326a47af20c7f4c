import { Problem } from "../../domain/problem/problem.ts";
import { parseEventKinds } from "../../domain/webhooks/event-kinds.ts";
import type { Webhook } from "../../domain/webhooks/webhook.ts";
import type { WebhookSender } from "../../domain/webhooks/webhook-sender.ts";
import { asAdmin, requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";

const act = "manage webhooks";
/** How long the former secret signs as well after a rotation, in milliseconds. */
const overlapMs = 24 * 60 * 60_000;
/** Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32;

/** A webhook and its new secret, which is shown once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/** The webhooks of the workspace. For admins. Throws not_allowed. */
export async function listWebhooks(ctx: Context): Promise<readonly Webhook[]> {
  await requireRoleAudited(ctx, "admin", act);
  return ctx.workspace.webhooks.list();
}

/**
 * Sends each new entry to an address from now on, or only those of the kinds that are typed. For admins. Throws
 * not_allowed, invalid_input and not_recorded.
 */
export async function addWebhook(
  ctx: Context,
  { url, kinds: typed }: { readonly url: string; readonly kinds: string },
  sender: Pick<WebhookSender, "checkUrl">,
): Promise<WebhookWithSecret> {
  return asAdmin(ctx, act, async () => {
    const origin = sender.checkUrl(url);
    const kinds = parseEventKinds(typed);
    const secret = newSecret();
    return { webhook: await ctx.workspace.webhooks.add({ url, origin, secret, kinds }, ctx), secret };
  });
}

/**
 * Gives a webhook another secret. For a day, each event has a signature by both. For admins. Throws not_allowed,
 * not_found, not_connected and not_recorded.
 */
export async function rotateWebhook(ctx: Context, id: string): Promise<WebhookWithSecret> {
  return asAdmin(ctx, act, async () => {
    const secret = newSecret();
    const until = new Date(ctx.now().getTime() + overlapMs);
    return { webhook: await ctx.workspace.webhooks.rotate(id, secret, until, ctx), secret };
  });
}

/**
 * Sends only the kinds of events that are typed, or every kind if none are. For admins. Throws not_allowed, not_found,
 * invalid_input, nothing_to_change and not_recorded.
 */
export async function setWebhookKinds(ctx: Context, id: string, typed: string): Promise<Webhook> {
  return asAdmin(ctx, act, async () => ctx.workspace.webhooks.setKinds(id, parseEventKinds(typed), ctx));
}

/** One webhook. For admins. Throws not_allowed and not_found. */
export async function getWebhook(ctx: Context, id: string): Promise<Webhook> {
  await requireRoleAudited(ctx, "admin", act);
  const found = await ctx.workspace.webhooks.find(id);
  if (found) return found;
  throw new Problem("not_found", `There is no webhook ${id}.`, { field: "webhook" });
}

/** Sends nothing more to a webhook. For admins. Throws not_allowed, not_found and not_recorded. */
export async function removeWebhook(ctx: Context, id: string): Promise<void> {
  await asAdmin(ctx, act, async () => ctx.workspace.webhooks.remove(id, ctx));
}

/**
 * Sends again to a paused webhook, beginning with what it missed. For admins. Throws not_allowed, not_found,
 * nothing_to_change and not_recorded.
 */
export async function resumeWebhook(ctx: Context, id: string): Promise<Webhook> {
  return asAdmin(ctx, act, async () => ctx.workspace.webhooks.resume(id, ctx));
}

function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
