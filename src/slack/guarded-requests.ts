import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { harden } from "./public-answer.ts";

/** What Slack sends at most is far below this, in bytes. */
const bodyLimit = 1_000_000;

/** How long a request may take to come in, and how often the server looks for those that take longer, in milliseconds. */
export interface Patience {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** Slack sends a request at once, from close by; who takes longer than this holds a connection open for its own sake. */
export const patience: Patience = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
};

/** The options of the public HTTP server. Node refuses by itself what could be read as two requests (RFC 9112, 6.3). */
export function serverOptions(limits: Patience = patience) {
  return { ...limits, keepAliveTimeout: 5000, maxHeaderSize: 16_384, insecureHTTPParser: false };
}

/**
 * A listener whose answers carry the headers of a public path, and which reads the body of what is posted to `path` itself,
 * so that one that is too long is answered in words as soon as that is known. Bolt takes the body from `rawBody`.
 */
export function guardedRequests(listen: RequestListener, path: string): RequestListener {
  return (request, response) => {
    harden(response);
    if (request.method !== "POST" || request.url?.split("?")[0] !== path) return listen(request, response);
    return void receive(listen, request, response);
  };
}

async function receive(
  listen: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let rawBody: Buffer | undefined;
  try {
    rawBody = await readBody(request);
  } catch {
    // The sender has left in the middle, or was cut off: there is nobody to answer.
    response.destroy();
    return;
  }
  if (rawBody) listen(Object.assign(request, { rawBody }), response);
  else tooLarge(response);
}

/** The body, or undefined when it is longer than the limit. Throws when the connection ends before it does. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) return undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyLimit) {
        request.removeAllListeners("data");
        request.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () => reject(new Error("the request ended before its body")));
    request.once("error", reject);
  });
}

function tooLarge(response: ServerResponse): void {
  const words = `This request is longer than ${bodyLimit} bytes, which Slack never sends. It was not read, and nothing was changed.\n`;
  response.writeHead(413, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(words);
}
