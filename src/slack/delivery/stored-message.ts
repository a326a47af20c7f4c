import { z } from "zod";
import { buttonSubject } from "../../domain/notifications/button-subject.ts";
import { requester } from "../../domain/notifications/reply-target.ts";
import type { Message } from "../block-kit/blocks.ts";

/** A message as stored, or as Slack returns it with a click. */
export const storedMessage = z.object({
  text: z.string(),
  blocks: z.custom<Message["blocks"]>(Array.isArray),
});

/** A message in the outbox. */
export const waitingMessage = storedMessage.extend({
  /** It is delivered through the outbox by design, so it counts as late only after a long time. */
  planned: z.boolean().optional(),
  /** The action that its buttons belong to. */
  act: buttonSubject.optional().catch(undefined),
  /** For an update: where it is posted as a new message if Slack no longer lets us update the older one. */
  otherwise: requester.optional().catch(undefined),
});
