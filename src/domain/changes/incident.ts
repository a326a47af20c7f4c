import type { MessageAddress } from "../notifications/reply-target.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { Actor } from "../shared/actor.ts";
import { plainText } from "../text/normalize-name.ts";
import { Problem } from "../problem/problem.ts";

/** The longest key of an incident, in characters. */
export const longestKey = 64;
/** The longest title, in characters. */
export const longestTitle = 150;

const keyForm = new RegExp(`^[A-Z0-9][A-Z0-9._-]{0,${longestKey - 1}}$`, "u");

/** An incident, identified by its key in the team's incident tool. Changes made for it are recorded with the key. */
export interface Incident {
  /** As `incidentKey` normalizes it: `INC-123`. */
  readonly key: string;
  readonly title: string | undefined;
  /** The channel where it was started. Changes made there belong to the incident while it is open. */
  readonly channelId: string | undefined;
  readonly startedBy: Actor;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly endedBy: Actor | undefined;
  readonly endedAt: string | undefined;
  /** The message that announced it. The end is announced in its thread. */
  readonly thread: Thread | undefined;
}

export type Thread = MessageAddress;

/** The incidents of one workspace. Each action is stored together with its audit entry. */
export interface Incidents {
  /**
   * Opens an incident. Throws invalid_input if the key is taken or the channel has an open incident, and not_recorded.
   */
  start(
    incident: Pick<Incident, "key" | "title" | "channelId" | "startedBy" | "startedAt">,
    event: AuditEvent<"incident.started">,
  ): Promise<Incident>;
  /** One incident. Throws not_found with the open incidents. */
  get(key: string): Promise<Incident>;
  /** The open incident of a channel, if any. */
  openIn(channelId: string): Promise<Incident | undefined>;
  /** The open incidents, newest first, at most 50. */
  open(): Promise<readonly Incident[]>;
  /** Closes an incident. Throws not_found, invalid_input if it is already closed, and not_recorded. */
  end(
    key: string,
    by: { readonly actor: Actor; readonly at: string },
    event: AuditEvent<"incident.ended">,
  ): Promise<Incident>;
  /**
   * Closes an incident that nobody decided to close, unless it was closed, an alert of it is not resolved or changed again
   * (`quietSince`), or there is an entry about it after `sequence`. Looks within the transaction. Returns whether it
   * closed it. Throws not_found and not_recorded.
   */
  endIfQuiet(
    key: string,
    by: { readonly actor: Actor; readonly at: string },
    seen: { readonly sequence: number; readonly quietSince: string },
    event: AuditEvent<"incident.ended">,
  ): Promise<boolean>;
  /** Stores the message that announced the incident. Throws not_recorded. */
  noteThread(key: string, thread: Thread): Promise<void>;
}

/** Why an incident cannot be started: its key is taken. */
export function startedBefore({ key, endedAt }: Incident): Problem {
  const next = {
    words:
      endedAt === undefined
        ? "Use it, or start another one with another key."
        : "Start another one with another key.",
  };
  const words = `${key} was started before${endedAt === undefined ? " and is open" : " and has ended"}.`;
  return new Problem("invalid_input", words, { field: "incident", next });
}

/**
 * Parses an incident key, ignoring case: letters, digits, dots, dashes and underscores, at most 64 characters. Throws
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
