import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Ending } from "./faults.ts";
import { isRecord, type Reply } from "./fake.ts";

const hugeBytes = 5 * 1024 * 1024;

const packers = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

const interstitial =
  "<!doctype html><html><head><title>One moment</title></head><body><h1>Checking your browser</h1></body></html>";

/** Removes fields from a response: from its top level, or else from each item of its list. Errors stay complete. */
export function takeAway(reply: Reply, missing: (string | undefined)[], requiredField: string): Reply {
  if (reply.status >= 400 || missing.length === 0) return reply;
  let { body } = reply;
  for (const field of missing) {
    const fields = field === undefined ? [requiredField, "id", "agent_id"] : [field];
    for (const candidate of fields) {
      const less = without(body, candidate);
      const found = JSON.stringify(less) !== JSON.stringify(body);
      body = less;
      if (found) break;
    }
  }
  return { ...reply, body };
}

function without(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, field));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  if (Object.hasOwn(value, field)) return Object.fromEntries(entries.filter(([name]) => name !== field));
  return Object.fromEntries(
    entries.map(([name, part]) => [name, Array.isArray(part) ? without(part, field) : part]),
  );
}

/** A response as bytes. */
export interface Wire {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** Serializes a response, corrupted as the fault requires. */
export function writeOut(reply: Reply, ending: Ending | undefined): Wire {
  const { status } = reply;
  const text = textOf(reply.body);
  const type =
    typeof reply.body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  const headers = { ...(status === 204 ? {} : { "content-type": type }), ...reply.headers };
  const kind = ending?.kind;
  if (kind === "html") {
    return {
      status,
      headers: { ...headers, "content-type": "text/html; charset=utf-8" },
      body: interstitial,
    };
  }
  if (kind === "half-json") return { status, headers, body: text.slice(0, Math.floor(text.length / 2)) };
  if (kind === "empty-body") return { status, headers, body: "" };
  if (ending?.kind === "packed") {
    const body = packers[ending.by](text);
    return { status, headers: { ...headers, "content-encoding": ending.by }, body };
  }
  if (kind !== "huge-body") return { status, headers, body: text };
  return { status, headers, body: JSON.stringify({ padding: "x".repeat(hugeBytes), answer: reply.body }) };
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  return body === undefined ? "" : JSON.stringify(body);
}
