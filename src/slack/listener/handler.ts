import type { Problem } from "../../domain/problem/problem.ts";
import type { RefusedEvent } from "../../operations/access/permissions.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Limited } from "../context/rate-limits.ts";
import type { SlackBody } from "./parse-request.ts";
import type { Installed } from "../context/installed.ts";

/** A request from Slack of any kind. `ack` responds to it; for options and submissions, with a payload. */
export interface Incoming<Answer> {
  readonly kind:
    | "command"
    | "action"
    | "options"
    | "shortcut"
    | "view_submission"
    | "view_closed"
    | "mention";
  /** A verb, an action_id or a callback_id, by our own name for it and never as typed. */
  readonly act: string;
  readonly body: SlackBody;
  readonly installed: Installed | undefined;
  /** When it arrived, by `performance.now()`. */
  readonly arrivedAtMs: number;
  ack(answer?: Answer): Promise<void>;
  /** The response if there is no installation. Without this function, only the `response_url` is left. */
  answerIfNotInstalled?(message: Message): Answer;
  /** The response if `ack` has thrown: shows the message in the current view and keeps its content. */
  answerIfFailed?(message: Message): Answer | undefined;
}

/** The decision of an ack: its response, and the command that runs after it, if any. */
export type Acked<Answer, Command> =
  | { readonly answer: Answer }
  | { readonly answer?: Answer | undefined; readonly command: Command };

/** How to handle a request: what to answer immediately, and what may take longer. */
export interface Handler<Answer, Command> {
  /** Reads only the store; options may use the 3 s that Slack allows. */
  ack(req: RequestContext): Acked<Answer, Command> | Promise<Acked<Answer, Command>>;
  /** Runs after the ack: once for each request, however often it is delivered, unless it only reads. */
  run(req: RequestContext, command: Command): Promise<void>;
  /** Whether `run` changes no stored data, so that it may run again for the same request. */
  readonly readsOnly?: boolean;
  /** A rate limit besides that of its kind. */
  readonly limit?: Limited | undefined;
  /** The audit entry for a duplicate. */
  repeated?(command: Command): RefusedEvent | undefined;
  /** Reports a failure; by default to the person in the conversation. */
  onError?(req: RequestContext, failure: Failure, command: Command | undefined): Promise<void>;
}

/** A failed request, and the message about it. */
export interface Failure {
  readonly message: Message;
  readonly problem: Problem;
}
