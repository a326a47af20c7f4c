import type { Role } from "../../domain/actor.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";

/** The answer to a command that goes with its ack, for the person alone. One that is the same for many is frozen. */
export type CommandAnswer = Readonly<Message> & { readonly response_type: "ephemeral" };

/** The parts of help, in their order. */
export const commandGroups = ["look", "change", "undo", "incident", "guard", "admin"] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** One verb of `/number`. Help, the grammar's list of verbs and the manifest's usage hint follow from it. */
export interface Command {
  readonly verb: string;
  /** The part of help that names it. */
  readonly group: CommandGroup;
  /** What may follow the verb. */
  readonly usage: string;
  /** One line for a phone. */
  readonly summary: string;
  /** What `help <verb>` says instead. */
  readonly details?: string;
  readonly examples: readonly string[];
  /** The least role that may use it; others are not shown it, and are refused. */
  readonly role: Role;
  /** Whether a line may change what is kept, so that it is taken once, however often its request comes. */
  readonly changes: boolean | ((rest: string) => boolean);
  /** The whole answer, where it is known without asking anybody: it goes with the ack, and nothing runs after it. */
  answer?(req: RequestContext, rest: string): CommandAnswer | undefined;
  /** Runs after the ack; `rest` is what follows the verb, as typed. Throws Problems. */
  run(req: RequestContext, rest: string): Promise<void>;
}
