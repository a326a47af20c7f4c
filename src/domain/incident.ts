import type { MessageAddress } from "./reply-target.ts";
import type { AuditEvent } from "./audit-log.ts";
import type { Actor } from "./actor.ts";
import { plainText } from "./normalize-name.ts";
import { Problem } from "./problem.ts";

/** How long the key of an incident may be, in characters. */
export const longestKey = 64;
/** How long its title may be, in characters. */
export const longestTitle = 150;

const keyForm = new RegExp(`^[A-Z0-9][A-Z0-9._-]{0,${longestKey - 1}}$`, "u");

/** Something that goes on, with the key that it has wherever people keep track of such, and the changes made for it. */
export interface Incident {
  /** As `incidentKey` reads it: `INC-123`. */
  readonly key: string;
  readonly title: string | undefined;
  /** Where it was started; changes made there belong to it while it is open. */
  readonly channelId: string | undefined;
  readonly startedBy: Actor;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly endedBy: Actor | undefined;
  readonly endedAt: string | undefined;
  /** The message that notified of its start, where its end can be told in a thread. */
  readonly thread: Thread | undefined;
}

/** A message that has an address. */
export type Thread = MessageAddress;

/** The incidents of one workspace. Each act is written together with the entry of the audit log that tells of it. */
export interface Incidents {
  /**
   * Opens a new one. Throws invalid_input when there is one of that key, or one is open in that channel, and
   * not_recorded.
   */
  start(
    incident: Pick<Incident, "key" | "title" | "channelId" | "startedBy" | "startedAt">,
    event: AuditEvent,
  ): Promise<Incident>;
  /** One incident. Throws not_found, naming those that are open. */
  get(key: string): Promise<Incident>;
  /** The one that is open in a channel, if any. */
  openIn(channelId: string): Promise<Incident | undefined>;
  /** Those that are open, newest first, at most 50. */
  open(): Promise<readonly Incident[]>;
  /** Ends it. Throws not_found, invalid_input when it has ended already, and not_recorded. */
  end(key: string, by: { readonly actor: Actor; readonly at: string }, event: AuditEvent): Promise<Incident>;
  /** Notes the message that notified of its start. Throws not_recorded. */
  noteThread(key: string, thread: Thread): Promise<void>;
}

/**
 * Reads the key of an incident, in any case: letters, digits, dots, dashes and underscores, at most 64 characters. Throws
 * invalid_input for anything else.
 */
export function incidentKey(text: string): string {
  const key = plainText(text).toUpperCase();
  if (keyForm.test(key)) return key;
  const field = { field: "incident" };
  if (key === "") throw new Problem("invalid_input", "Say which incident: its key, such as INC-123.", field);
  const { length } = Array.from(key);
  if (length > longestKey) {
    const words = `The key of an incident has at most ${longestKey} characters; this one has ${length}.`;
    throw new Problem("invalid_input", words, field);
  }
  const words = "The key of an incident is letters, digits, dots, dashes and underscores, such as INC-123.";
  throw new Problem("invalid_input", words, field);
}
