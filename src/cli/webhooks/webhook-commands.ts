import { z } from "zod";
import type { Webhook } from "../../domain/webhooks/webhook.ts";
import {
  addWebhook,
  listWebhooks,
  removeWebhook,
  resumeWebhook,
  rotateWebhook,
  setWebhookKinds,
} from "../../operations/webhooks/manage-webhooks.ts";
import { controlCommand } from "../control/control-command.ts";

/** A webhook, as JSON: without its path and its secret. Times are UTC, ISO 8601. */
const webhookDocument = z.object({
  id: z.string(),
  origin: z.string(),
  state: z.enum(["active", "failing", "paused"]),
  /** The kinds of events that it gets; missing if every kind. */
  kinds: z.array(z.string()).optional(),
  createdAt: z.string(),
  /** The sequence of the last audit entry that was delivered. */
  deliveredSequence: z.number(),
  failingSince: z.string().optional(),
  failure: z.string().optional(),
});
export type WebhookDocument = z.infer<typeof webhookDocument>;

/** As typed: kinds, separated by commas. */
const kinds = z.string().max(5_000);
const webhookId = z.object({ id: z.string().max(100) });
const withSecret = z.object({ workspace: z.string(), webhook: webhookDocument, secret: z.string() });
const withoutSecret = z.object({ workspace: z.string(), webhook: webhookDocument });

export const webhookList = controlCommand({
  name: "webhooks.list",
  input: z.object({}),
  output: z.object({ workspace: z.string(), webhooks: z.array(webhookDocument) }),
  run: async (ctx) => ({
    workspace: ctx.workspace.id,
    webhooks: (await listWebhooks(ctx)).map(documentOf),
  }),
});

export const webhookAdd = controlCommand({
  name: "webhooks.add",
  input: z.object({ url: z.string().max(5_000), kinds }),
  output: withSecret,
  run: async (ctx, asked, { checkWebhookUrl: checkUrl }) => {
    const { webhook, secret } = await addWebhook(ctx, asked, { checkUrl });
    return { workspace: ctx.workspace.id, webhook: documentOf(webhook), secret };
  },
});

export const webhookFilter = controlCommand({
  name: "webhooks.filter",
  input: webhookId.extend({ kinds }),
  output: withoutSecret,
  run: async (ctx, asked) => ({
    workspace: ctx.workspace.id,
    webhook: documentOf(await setWebhookKinds(ctx, asked.id, asked.kinds)),
  }),
});

export const webhookRotate = controlCommand({
  name: "webhooks.rotate",
  input: webhookId,
  output: withSecret,
  run: async (ctx, { id }) => {
    const { webhook, secret } = await rotateWebhook(ctx, id);
    return { workspace: ctx.workspace.id, webhook: documentOf(webhook), secret };
  },
});

export const webhookRemove = controlCommand({
  name: "webhooks.remove",
  input: webhookId,
  output: z.object({ workspace: z.string(), removed: z.string() }),
  run: async (ctx, { id }) => {
    await removeWebhook(ctx, id);
    return { workspace: ctx.workspace.id, removed: id };
  },
});

export const webhookResume = controlCommand({
  name: "webhooks.resume",
  input: webhookId,
  output: withoutSecret,
  run: async (ctx, { id }) => ({
    workspace: ctx.workspace.id,
    webhook: documentOf(await resumeWebhook(ctx, id)),
  }),
});

function documentOf(webhook: Webhook): WebhookDocument {
  const { id, origin, state, kinds: only, createdAt, sequence, failingSince, failure } = webhook;
  const isFailing = state === "active" && failingSince !== undefined;
  return {
    id,
    origin,
    state: isFailing ? "failing" : state,
    kinds: only && [...only],
    createdAt,
    deliveredSequence: sequence,
    failingSince,
    failure,
  };
}
