import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Signal } from "../../domain/ports/signals.ts";
import { send, type Work } from "../../store/database/database.ts";

/** The channel on which replicas signal to each other. */
export const channel = "patchbay";

const messageSchema = z.object({
  from: z.string(),
  /** Missing in the message with which a replica tests whether it receives signals. */
  signal: z
    .object({
      about: z.enum(["settings", "lists", "connection", "installation", "entries"]),
      workspaceId: z.string(),
      connectionId: z.string().optional(),
    })
    .optional(),
});

/** A message on the channel. */
export type ChannelMessage = z.infer<typeof messageSchema>;

/** The message of a notification, or undefined if another version of Patchbay sent it. */
export function parseMessage(payload: string | undefined): ChannelMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(payload ?? "")).data;
  } catch {
    return undefined;
  }
}

/** The payload of a message. */
export function messageOf(from: string, signal?: Signal): string {
  return JSON.stringify({ from, signal });
}

/** Sends a signal, once the transaction is durable. */
export function* sendSignal(from: string, signal: Signal): Work<void> {
  yield* send("SELECT pg_notify(@channel, @payload)", { channel, payload: messageOf(from, signal) });
}

/** A name that distinguishes a process's own messages from those of others. */
export function newSender(): string {
  return randomBytes(8).toString("hex");
}
