import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { visibleLine } from "../../domain/text/visible-text.ts";

/** The only style of Patchbay's few pages; the headers below allow no other. */
const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}a.go{display:inline-block;padding:.6rem 1rem;border-radius:.4rem;background:#1f3a4d;color:#fff;text-decoration:none}dt{font-weight:600}dd{margin:0 0 .6rem}";
const styleHash = createHash("sha256").update(style).digest("base64");

/**
 * Headers of every response on a public path. They forbid loading resources, framing, content sniffing, caching and
 * sending a referrer.
 */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

/** The same as a flat list of names and values, the fastest form for Node. */
export const answerHeaders: readonly string[] = Object.entries(headers).flat();

/** Adds the headers of a public path. HSTS is up to the proxy that terminates TLS. */
export function harden(response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Responds with a plain page. `body` is escaped HTML. */
export function answerPage(response: ServerResponse, status: number, title: string, body: string): void {
  harden(response);
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(page(title, body));
}

/** A plain page. `body` is escaped HTML. */
export function page(title: string, body: string): string {
  const name = escapeHtml(title);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title><style>${style}</style></head><body><h1>${name}</h1>${body}</body></html>`;
}

/** Escapes text for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return visibleLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
