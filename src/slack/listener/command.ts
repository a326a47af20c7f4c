import type { KnownBlock } from "@slack/types";
import type { Role } from "../../domain/shared/actor.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";

/**
 * A response to a command that is sent with its ack, visible to the person alone. If it is the same for many requests,
 * it is frozen.
 */
export type CommandAnswer = Readonly<Message> & { readonly response_type: "ephemeral" };

/** The groups of help, in order. */
export const commandGroups = ["look", "change", "undo", "incident", "restrict", "admin"] as const;
export type CommandGroup = (typeof commandGroups)[number];

/**
 * A verb of `/number`. Help and the list of known verbs are derived from it. What a new one needs besides, for example the
 * usage hint of `manifest.yml`, is in docs/architecture.md, "How to add a command"; tests compare it.
 */
export interface Command {
  readonly verb: string;
  /** Its group in help. */
  readonly group: CommandGroup;
  /** What may follow the verb. */
  readonly usage: string;
  /** One line that fits on a phone. */
  readonly summary: string;
  /** The text of `help <verb>`, in place of `summary`. */
  readonly details?: string;
  readonly examples: readonly string[];
  /** The role that its operations require. Help hides the verb from other people, and the operations refuse them. */
  readonly role: Role;
  /** Whether a line may change stored data. Then duplicates of its request are refused. */
  readonly changes: boolean | ((rest: string) => boolean);
  /** The complete response, if it needs no request. It is sent with the ack, and nothing runs after it. */
  answer?(req: RequestContext, rest: string): CommandAnswer | undefined;
  /** What a line would do, for a mention, which can open no form. Sends no update. Throws Problems. */
  propose?(req: RequestContext, rest: string): Promise<KnownBlock[]>;
  /** Runs after the ack. `rest` is what follows the verb, as typed. Throws Problems. */
  run(req: RequestContext, rest: string): Promise<void>;
}
