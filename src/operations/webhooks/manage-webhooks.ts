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

/** Sends each new entry to an address from now on. For admins. Throws not_allowed, invalid_input and not_recorded. */
export async function addWebhook(
  ctx: Context,
  url: string,
  sender: Pick<WebhookSender, "checkUrl">,
): Promise<WebhookWithSecret> {
  return asAdmin(ctx, act, async () => {
    const origin = sender.checkUrl(url);
    const secret = newSecret();
    return { webhook: await ctx.workspace.webhooks.add({ url, origin, secret }, ctx), secret };
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
