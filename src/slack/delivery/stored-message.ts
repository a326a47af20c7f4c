import { z } from "zod";
import { act } from "../../domain/act.ts";
import type { Message } from "../block-kit/blocks.ts";

/** A message as it was kept, or as Slack hands it back with a press. */
export const storedMessage = z.object({
  text: z.string(),
  blocks: z.custom<Message["blocks"]>(Array.isArray),
});

/** A message that waits in the outbox. */
export const waitingMessage = storedMessage.extend({
  /** It was never to be said in any other way: only what comes long after is late. */
  planned: z.boolean().optional(),
  /** What its buttons are for. */
  act: act.optional().catch(undefined),
});
