import type { IncomingMessage } from "node:http";

/** Allows nothing from other origins, nothing inline, and no framing. */
export const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

/**
 * Why a request is not from the page itself, or undefined. The page can act as anybody, so another site in the
 * visitor's browser must not reach it, neither through a name that resolves to the loopback address nor by a form or a
 * script.
 */
export function foreignRequest({ method, headers, socket }: IncomingMessage): string | undefined {
  const { host, origin } = headers;
  const here = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (host === undefined || !here.includes(host)) return "this host is not the demo's";
  if (origin !== undefined && origin !== `http://${host}`) return "this origin is not the demo's";
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return "this is another site's request";
  if (method !== "GET" && method !== "HEAD") {
    if (origin === undefined) return "a request that changes something names its origin";
    if (!/^application\/json\b/iu.test(headers["content-type"] ?? "")) return "only JSON is taken";
  }
  return undefined;
}
