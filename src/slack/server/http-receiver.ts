import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "node:querystring";
import { HTTPModuleFunctions, ReceiverMultipleAckError, type App, type Receiver } from "@slack/bolt";
import type { Log } from "../../domain/ports/log.ts";
import type { HttpRefusal } from "../../domain/ports/metrics.ts";
import { bodyLimit, bodyReader, type BodyReader, type Unread } from "../../http/read-body.ts";
import { responseSender, sendUnread } from "./send-response.ts";
import { isSigned, readSignature, type SignatureFault } from "./slack-signature.ts";

/** The HTTP side of Bolt. The server itself is not part of it. */
export interface HttpReceiver extends Receiver {
  /** Responds to one POST to Slack's path. Never rejects. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The dependencies of the receiver. */
export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly log: Log;
  /** Called for each request that is refused. It must not throw. */
  readonly onRefused?: (why: HttpRefusal) => void;
  /** Reads the bodies of all requests of the server. */
  readonly bodies?: BodyReader;
  /** The earliest time at which a request that is read now may have arrived; see `Arrivals`. */
  readonly arrivedMs?: () => number;
}

/**
 * A receiver for Bolt with what Bolt's own one lacks: a clear response to a body that is too long, an immediate
 * response if no listener handles a request, and better performance (ADR 32). It checks the signature headers before it
 * reads the body, and verifies the signature with Bolt's own function:
 * https://docs.slack.dev/authentication/verifying-requests-from-slack.
 */
export function httpReceiver({
  signingSecret,
  log,
  onRefused = () => undefined,
  bodies = bodyReader(),
  arrivedMs = () => performance.now(),
}: HttpReceiverOptions): HttpReceiver {
  const send = responseSender();
  let app: App | undefined;

  // Anybody can send such a request, so it costs only one line in the log.
  const notVerified = (response: ServerResponse, why: SignatureFault | "mismatch"): void => {
    onRefused(why);
    log.warn({ from: "slack", why }, "request not verified");
    send(response, 401);
  };

  const handOn = async (
    request: IncomingMessage,
    response: ServerResponse,
    body: Body,
    arrivedAtMs: number,
  ): Promise<void> => {
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
        customProperties: { arrivedAtMs },
        ...(retryNum === undefined ? {} : { retryNum }),
        ...(retryReason === undefined ? {} : { retryReason }),
      });
      if (acked) return;
      log.warn({ from: "slack", type: body["type"] }, "request of an unsupported kind");
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
      const arrivedAtMs = arrivedMs();
      if (Number(request.headers["content-length"] ?? 0) > bodyLimit) {
        onRefused("too_long");
        return sendUnread(response, "too_long");
      }
      const signature = readSignature(request.headers);
      const isGood = typeof signature !== "string";
      if (!isGood && !mayAskAboutCertificate(request)) return notVerified(response, signature);
      let read: Buffer | Unread;
      try {
        read = await bodies.read(request);
      } catch {
        // The sender has disconnected or was cut off, so nobody is waiting for a response.
        response.destroy();
        return;
      }
      if (typeof read === "string") {
        onRefused(read);
        return sendUnread(response, read);
      }
      const text = read.toString();
      const fields = isForm(request) ? parse(text) : undefined;
      // Slack checks the certificate with an unsigned request like this. The rest of it is ignored.
      if (fields?.["ssl_check"] === "1") return send(response, 200);
      if (!isGood) return notVerified(response, signature);
      if (!isSigned(signature, text, signingSecret)) return notVerified(response, "mismatch");
      const body = bodyOf(log, text, fields);
      if (!body) {
        onRefused("unreadable");
        return send(response, 400);
      }
      if (body["type"] === "url_verification") return send(response, 200, { challenge: body["challenge"] });
      return handOn(request, response, body, arrivedAtMs);
    },
  };
}

/** Slack's certificate check is far shorter than this, in bytes. */
const certificateCheckLimit = 1000;

const isForm = ({ headers }: IncomingMessage): boolean =>
  headers["content-type"] === "application/x-www-form-urlencoded";

/** Whether an unsigned request may be Slack's certificate check: a short form. */
function mayAskAboutCertificate(request: IncomingMessage): boolean {
  const length = Number(request.headers["content-length"] ?? 0);
  return isForm(request) && length > 0 && length <= certificateCheckLimit;
}

/** The content of a POST from Slack: the fields of a form, the JSON of its payload, or JSON. */
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
