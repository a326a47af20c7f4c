import { request, type Dispatcher } from "undici";
import type { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";

/** The time limit of an attempt, in milliseconds: people wait for their permissions. */
export const toolTimeoutMs = 5_000;
/** The most of an answer that is read, in bytes. */
const mostAnswer = 2 * 1024 * 1024;

/** A request to an on-call tool. */
export interface ToolRequest<Answer> {
  /** The tool, as people call it. */
  readonly title: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: z.ZodType<Answer>;
  /** Where connections go; anywhere by default. */
  readonly dispatcher?: Dispatcher | undefined;
}

/**
 * Reads something from an on-call tool. Redirects are not followed, because the key would go along. Throws
 * credentials_rejected, not_found, rate_limited, vendor_unavailable and vendor_response_unreadable.
 */
export async function askTool<Answer>(asked: ToolRequest<Answer>): Promise<Answer> {
  const { title, answer } = asked;
  const { status, text } = await exchange(asked);
  if (status === 401 || status === 403)
    throw new Problem("credentials_rejected", `${title} does not accept the key (${status}).`);
  if (status === 404) throw new Problem("not_found", `${title} knows no such schedule.`);
  if (status === 429) throw new Problem("rate_limited", `${title} asks to wait (429).`);
  if (status !== 200) throw new Problem("vendor_unavailable", `${title} answered ${status}.`);
  const read = answer.safeParse(parsed(text));
  if (!read.success)
    throw new Problem("vendor_response_unreadable", `Patchbay cannot read the answer of ${title}.`);
  return read.data;
}

async function exchange<Answer>({ title, url, headers, dispatcher }: ToolRequest<Answer>) {
  try {
    const { statusCode, body } = await request(url, {
      headers: { ...headers, "user-agent": "Patchbay" },
      signal: AbortSignal.timeout(toolTimeoutMs),
      ...(dispatcher ? { dispatcher } : {}),
    });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body) {
      const bytes = Buffer.from(part);
      size += bytes.length;
      if (size > mostAnswer) throw new Error("too long");
      parts.push(bytes);
    }
    return { status: statusCode, text: Buffer.concat(parts).toString("utf8") };
  } catch (error) {
    const isLate = error instanceof Error && ["TimeoutError", "AbortError"].includes(error.name);
    const words = isLate ? `${title} did not answer in time.` : `${title} cannot be reached.`;
    throw new Problem("vendor_unavailable", words, {}, error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
