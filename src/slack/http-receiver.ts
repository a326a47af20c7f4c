import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "node:querystring";
import {
  HTTPModuleFunctions,
  ReceiverMultipleAckError,
  verifySlackRequest,
  type App,
  type Receiver,
} from "@slack/bolt";
import type { Log } from "../domain/log.ts";
import { answerHeaders } from "./public-answer.ts";
import { bodyLimit, readBody } from "./read-body.ts";

/** What Bolt takes over HTTP. The server that it is behind is not its own. */
export interface HttpReceiver extends Receiver {
  /** Answers one request that was posted to Slack's path. Never rejects. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * A receiver for Bolt that has what Bolt's own does not: words for a body that is too long, an answer at once for what no
 * listener takes, and less of its cost (ADR 32). Signatures are verified by Bolt's own function, as Slack describes it:
 * https://docs.slack.dev/authentication/verifying-requests-from-slack.
 */
export function httpReceiver({
  signingSecret,
  log,
}: {
  readonly signingSecret: string;
  readonly log: Log;
}): HttpReceiver {
  let app: App | undefined;

  const isVerified = ({ headers }: IncomingMessage, body: string): boolean => {
    try {
      verifySlackRequest({
        signingSecret,
        body,
        headers: {
          "x-slack-signature": String(headers["x-slack-signature"]),
          "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
        },
      });
      return true;
    } catch (error) {
      // Anybody can send such a request: a line each, and no more.
      log.warn({ from: "slack", why: error instanceof Error ? error.message : "" }, "request not verified");
      return false;
    }
  };

  const handOn = async (request: IncomingMessage, response: ServerResponse, body: Body): Promise<void> => {
    let acked = false;
    const ack = async (answer?: unknown): Promise<void> => {
      if (acked) throw new ReceiverMultipleAckError();
      acked = true;
      send(response, 200, answer);
    };
    const retryNum = HTTPModuleFunctions.extractRetryNumFromHTTPRequest(request);
    const retryReason = HTTPModuleFunctions.extractRetryReasonFromHTTPRequest(request);
    try {
      await app?.processEvent({
        body,
        ack,
        ...(retryNum === undefined ? {} : { retryNum }),
        ...(retryReason === undefined ? {} : { retryReason }),
      });
      if (acked) return;
      log.warn({ from: "slack", type: body["type"] }, "request of a kind that nothing here takes");
      send(response, 404);
    } catch (error) {
      log.error({ from: "slack", err: error }, "request not processed");
      if (!response.headersSent) send(response, 500);
    }
  };

  return {
    init: (bolt) => {
      app = bolt;
    },
    start: async () => undefined,
    stop: async () => undefined,
    answer: async (request, response) => {
      let rawBody: Buffer | undefined;
      try {
        rawBody = await readBody(request);
      } catch {
        // The sender has left in the middle, or was cut off: there is nobody to answer.
        response.destroy();
        return;
      }
      if (!rawBody) return tooLarge(response);
      const text = rawBody.toString();
      const fields = request.headers["content-type"] === formType ? parse(text) : undefined;
      // Slack asks like this, unsigned, whether the certificate is good; nothing else that comes with it is looked at.
      if (fields?.["ssl_check"] === "1") return send(response, 200);
      if (!isVerified(request, text)) return send(response, 401);
      const body = bodyOf(log, text, fields);
      if (!body) return send(response, 400);
      if (body["type"] === "url_verification") return send(response, 200, { challenge: body["challenge"] });
      return handOn(request, response, body);
    },
  };
}

const formType = "application/x-www-form-urlencoded";

/** What Slack has posted: the fields of a form, the JSON of its payload, or JSON. */
type Body = Readonly<Record<string, unknown>>;

const isBody = (read: unknown): read is Body => typeof read === "object" && read !== null;

function bodyOf(log: Log, text: string, fields: Body | undefined): Body | undefined {
  const json = fields ? fields["payload"] : text;
  if (typeof json !== "string") return fields;
  try {
    const body: unknown = JSON.parse(json);
    if (isBody(body)) return body;
    throw new Error("the body is no object");
  } catch (error) {
    log.warn({ from: "slack", err: error }, "request not readable");
    return undefined;
  }
}

const emptyHeaders = [...answerHeaders, "content-length", "0"];
const jsonHeaders = [...answerHeaders, "content-type", "application/json", "content-length"];

function send(response: ServerResponse, status: number, answer?: unknown): void {
  if (answer === undefined || answer === "") {
    response.writeHead(status, emptyHeaders).end();
    return;
  }
  const { json, bytes } = written(answer);
  response.writeHead(status, [...jsonHeaders, bytes]).end(json);
}

/** JSON and its length in bytes. A text: Node sends it in one piece with the headers before it. */
interface Written {
  readonly json: string;
  readonly bytes: string;
}

const frozen = new WeakMap<object, Written>();

/** An answer as JSON. One that is frozen is the same for many, and is written once. */
function written(answer: unknown): Written {
  const isFrozen = typeof answer === "object" && answer !== null && Object.isFrozen(answer);
  const known = isFrozen ? frozen.get(answer) : undefined;
  if (known) return known;
  const json = JSON.stringify(answer);
  const made = { json, bytes: String(Buffer.byteLength(json)) };
  if (isFrozen) frozen.set(answer, made);
  return made;
}

function tooLarge(response: ServerResponse): void {
  const words = `This request is longer than ${bodyLimit} bytes, which Slack never sends. It was not read, and nothing was changed.\n`;
  response
    .writeHead(413, [...answerHeaders, "content-type", "text/plain; charset=utf-8", "connection", "close"])
    .end(words);
}
