import type { AuditEvent } from "../audit/audit-log.ts";
import type { EventKinds } from "./event-kinds.ts";

export const maxWebhooks = 10;

/** A subscription to the audit log of a workspace: each new entry is sent to its address as an event. */
export interface Webhook {
  readonly id: string;
  /** Where it sends, without the path, which may be secret: `https://hooks.example.com`. */
  readonly origin: string;
  /** `paused`: nothing is sent until somebody resumes it. */
  readonly state: "active" | "paused";
  /** What it gets; every kind of event if undefined. */
  readonly kinds?: EventKinds;
  /** The sequence of the last entry that was delivered or passed over, or after which it began. */
  readonly sequence: number;
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  /** Since when every attempt has failed, and why the last one did. */
  readonly failingSince?: string | undefined;
  readonly failure?: string | undefined;
  /** Whether the admins know that it was paused. */
  readonly isTold: boolean;
}

/** Where and how to send: secret. */
export interface WebhookTarget {
  readonly url: string;
  /** The secrets that sign now: the newest, and for a while the one before it. */
  readonly secrets: readonly string[];
}

/** Who did something to a webhook. */
export type WebhookActor = Pick<AuditEvent, "actor" | "requestId">;

/** The webhooks of one workspace. Their addresses and secrets are encrypted. */
export interface Webhooks {
  /** Oldest first. */
  list(): Promise<readonly Webhook[]>;
  find(id: string): Promise<Webhook | undefined>;
  /** Throws not_found, and not_connected if it cannot be decrypted. */
  target(id: string): Promise<WebhookTarget>;
  /** Sends what is recorded from now on, its own entry first. Throws invalid_input if there are too many, and not_recorded. */
  add(
    webhook: {
      readonly url: string;
      readonly origin: string;
      readonly secret: string;
      readonly kinds?: EventKinds;
    },
    by: WebhookActor,
  ): Promise<Webhook>;
  /** Sends only these kinds, of what is not sent yet. Throws not_found, nothing_to_change and not_recorded. */
  setKinds(id: string, kinds: EventKinds, by: WebhookActor): Promise<Webhook>;
  /** Signs with a new secret, and until then with the former one as well. Throws not_found, not_connected, not_recorded. */
  rotate(id: string, secret: string, formerUntil: Date, by: WebhookActor): Promise<Webhook>;
  /** Throws not_found and not_recorded. */
  remove(id: string, by: WebhookActor): Promise<void>;
  /** Sends again, from where it stopped. Throws not_found, nothing_to_change if it is not paused, and not_recorded. */
  resume(id: string, by: WebhookActor): Promise<Webhook>;
  /** Stores that an entry was delivered. Returns false once the webhook was removed. Throws not_recorded. */
  delivered(id: string, sequence: number): Promise<boolean>;
  /** Stores that the entries up to this one were delivered, or are not for it. A failure goes on. Throws not_recorded. */
  passedOver(id: string, sequence: number): Promise<void>;
  /** Stores why an attempt failed. Returns since when all have. Throws not_recorded. */
  noteFailure(id: string, why: string): Promise<Date>;
  /** Pauses it, with its entry. Throws not_recorded. */
  pause(id: string, why: string, by: WebhookActor): Promise<void>;
  /** Stores that the admins know that it is paused. Throws not_recorded. */
  noteTold(id: string): Promise<void>;
}
