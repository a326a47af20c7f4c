import type { ServerResponse } from "node:http";
import { answerHeaders } from "../installation/security-headers.ts";
import { bodyLimit, type Unread } from "../../http/read-body.ts";

const emptyHeaders = [...answerHeaders, "content-length", "0"];
const jsonHeaders = [...answerHeaders, "content-type", "application/json", "content-length"];

/** Sends a response to Slack. */
export type Send = (response: ServerResponse, status: number, answer?: unknown) => void;

/** JSON and its length in bytes. A text, because Node sends that in one piece with the headers. */
interface Written {
  readonly json: string;
  readonly bytes: string;
}

/**
 * Creates the sender of responses for one server. A frozen answer is used for many requests, so its JSON is created
 * only once (ADR 32).
 */
export function responseSender(): Send {
  const frozen = new WeakMap<object, Written>();
  const written = (answer: unknown): Written => {
    const isFrozen = typeof answer === "object" && answer !== null && Object.isFrozen(answer);
    const known = isFrozen ? frozen.get(answer) : undefined;
    if (known) return known;
    const json = JSON.stringify(answer);
    const made = { json, bytes: String(Buffer.byteLength(json)) };
    if (isFrozen) frozen.set(answer, made);
    return made;
  };
  return (response, status, answer) => {
    if (answer === undefined || answer === "") {
      response.writeHead(status, emptyHeaders).end();
      return;
    }
    const { json, bytes } = written(answer);
    response.writeHead(status, [...jsonHeaders, bytes]).end(json);
  };
}

const unread: Readonly<Record<Unread, { readonly status: number; readonly words: string }>> = {
  too_long: {
    status: 413,
    words: `This request is longer than ${bodyLimit} bytes, which Slack never sends. It was not read, and nothing was changed.`,
  },
  overloaded: {
    status: 503,
    words:
      "Too many long requests came in at once. This one was not read, and nothing was changed. Send it again.",
  },
};

/** Sends an explanation to a request whose body was not read. */
export function sendUnread(response: ServerResponse, why: Unread): void {
  const { status, words } = unread[why];
  const type = ["content-type", "text/plain; charset=utf-8", "connection", "close"];
  response.writeHead(status, [...answerHeaders, ...type]).end(`${words}\n`);
}
