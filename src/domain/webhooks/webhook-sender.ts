import type { WebhookTarget } from "./webhook.ts";

/** An event to send once. */
export interface OutgoingEvent extends WebhookTarget {
  /** The same for every attempt, so that the receiver recognizes a repetition. */
  readonly id: string;
  readonly body: string;
  readonly now: Date;
}

/** What became of an attempt. */
export type SendResult =
  | { readonly isAccepted: true }
  | {
      readonly isAccepted: false;
      readonly why: string;
      /** The receiver says that it never wants to be asked again. */
      readonly isGone: boolean;
      /** How long the receiver asks to wait, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    };

/** Sends events over HTTP, signed after Standard Webhooks. */
export interface WebhookSender {
  /** Checks an address that a person gave. Returns it without its path. Throws invalid_input. */
  checkUrl(url: string): string;
  /** Sends one event. Never throws because of the receiver. */
  send(event: OutgoingEvent): Promise<SendResult>;
}
