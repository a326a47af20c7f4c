import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiAnswer } from "./api-answer.ts";

/** Sends an answer. The connection ends if the request's body was not read to its end. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { status, body, headers = {} }: ApiAnswer,
): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    ...headers,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
    ...(request.complete || hasNoBody(request) ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}
