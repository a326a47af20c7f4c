import type { IncomingMessage } from "node:http";
import type { Account, Body } from "./fake.ts";
import type { RecordedRequest } from "./types.ts";

/** Larger bodies are refused with 413. No vendor's update comes close. */
export const maxBodyBytes = 1024 * 1024;

export function recorded(req: IncomingMessage, now: number): RecordedRequest {
  const target = req.url ?? "/";
  const mark = target.indexOf("?");
  const headers = Object.entries(req.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return {
    at: new Date(now).toISOString(),
    method: req.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: Object.fromEntries(headers),
    body: undefined,
    status: undefined,
    applied: false,
  };
}

/** Whether a request only reads. A list may be asked for by POST. */
export function isRead({ method, path }: Pick<RecordedRequest, "method" | "path">): boolean {
  const isList = /^\/v\d+\/list-[a-z]+$/u.test(path);
  return method === "GET" || method === "HEAD" || (method === "POST" && isList);
}

/** Whether a request changes a number. At Speechify's newer API, a POST or a DELETE under the agent does. */
export function isUpdate({ method, path }: Pick<RecordedRequest, "method" | "path">): boolean {
  return method === "PATCH" || (method !== "GET" && /\/phone-numbers\/./u.test(path));
}

/** The key of a request, as a Bearer token or in a header of the vendor's own. */
export function keyIn(
  headers: RecordedRequest["headers"],
  keyHeader: string | undefined,
): string | undefined {
  if (keyHeader !== undefined) return headers[keyHeader];
  return /^bearer +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1];
}

export async function bodyText(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

export function parsed(type: string | undefined, text: string): Body {
  if (!/^application\/json *(;|$)/i.test(type ?? "")) return { unreadable: "media-type" };
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { unreadable: "syntax" };
  }
}

export function segments(path: string): string[] {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    // An invalid escape matches nothing.
    return [];
  }
}

/** The id of the account that a segment matches in an API that is not exact about ids, otherwise the segment itself. */
export function foldedId(account: Account | undefined, segment: string): string {
  const folded = (text: string): string =>
    decodeURIComponent(text)
      .replace(/^[\s/]+|[\s/]+$/gu, "")
      .toLowerCase();
  const ids = [...(account?.numbers.keys() ?? []), ...(account?.agents.keys() ?? [])];
  return ids.find((id) => folded(id) === folded(segment)) ?? segment;
}
