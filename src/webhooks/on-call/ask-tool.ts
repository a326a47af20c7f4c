import { request, type Dispatcher } from "undici";
import { z } from "zod";
import { Problem } from "../../domain/problem/problem.ts";
import { visibleLine } from "../../domain/text/visible-text.ts";

/** The time limit of an attempt, in milliseconds: people wait for their permissions. */
export const toolTimeoutMs = 5_000;
/** The most of an answer that is read, in bytes. */
const mostAnswer = 2 * 1024 * 1024;

/** What a request is about, for what people read if it fails. */
type Subject = "schedule" | "service" | "page" | "closing";

/** The most of a tool's own words that people read. */
const mostWords = 200;

/** A request to an on-call tool. */
export interface ToolRequest<Answer> {
  /** The tool, as people call it. */
  readonly title: string;
  /** What it is about; a schedule by default. */
  readonly about?: Subject;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: z.ZodType<Answer>;
  /** What is sent, as JSON; nothing by default. */
  readonly send?: unknown;
  /** `POST` by default if something is sent. */
  readonly method?: "POST" | "PUT";
  /** Whether an answer that is no success says that it was done before. */
  readonly isDone?: ((status: number, text: string) => boolean) | undefined;
  /** Where connections go; anywhere by default. */
  readonly dispatcher?: Dispatcher | undefined;
}

/** Sends something to an on-call tool, and returns its answer as it is. Throws what `askTool` throws. */
export async function sendToTool(told: Omit<ToolRequest<unknown>, "answer">): Promise<unknown> {
  const { status, text } = await exchange(told);
  if ((status >= 200 && status < 300) || told.isDone?.(status, text) === true) return parsed(text);
  throw statusProblem(told, status, text);
}

/**
 * Reads something from an on-call tool. Redirects are not followed, because the key would go along. Throws
 * credentials_rejected, not_found, rate_limited, vendor_unavailable and vendor_response_unreadable.
 */
export async function askTool<Answer>(asked: ToolRequest<Answer>): Promise<Answer> {
  const { title, answer } = asked;
  const { status, text } = await exchange(asked);
  if (status !== 200) throw statusProblem(asked, status, text);
  const read = answer.safeParse(parsed(text));
  if (!read.success)
    throw new Problem("vendor_response_unreadable", `Patchbay cannot read the answer of ${title}.`);
  return read.data;
}

const unknown: Readonly<Record<Subject, string>> = {
  schedule: "such schedule",
  service: "such service for pages",
  page: "such person or service to page",
  closing: "such page",
};

function statusProblem(
  { title, about = "schedule" }: Pick<ToolRequest<unknown>, "title" | "about">,
  status: number,
  text: string,
): Problem {
  if (status === 401 || status === 403) {
    if (about === "closing")
      return new Problem("credentials_rejected", `${title} does not let this key close pages (${status}).`);
    const words =
      about === "page" ? `the key for pages (${status}). It may be a read-only one.` : `the key (${status}).`;
    return new Problem("credentials_rejected", `${title} does not accept ${words}`);
  }
  if (status === 404) return new Problem("not_found", `${title} knows no ${unknown[about]}.`);
  if (status === 429) return new Problem("rate_limited", `${title} asks to wait (429).`);
  const said = failure.safeParse(parsed(text)).data?.error.errors[0];
  const words = said === undefined ? "" : `: ${cutLine(said)}`;
  return new Problem("vendor_unavailable", `${title} answered ${status}${words}.`);
}

/** How PagerDuty says what was wrong. */
const failure = z.object({ error: z.object({ errors: z.array(z.string()) }) });

function cutLine(said: string): string {
  return Array.from(visibleLine(said))
    .slice(0, mostWords)
    .join("")
    .replace(/[.\s]+$/u, "");
}

async function exchange({
  title,
  url,
  headers,
  dispatcher,
  send,
  method = send === undefined ? undefined : "POST",
}: Omit<ToolRequest<unknown>, "answer" | "isDone" | "about">) {
  const isSent = send !== undefined;
  try {
    const { statusCode, body } = await request(url, {
      headers: {
        ...headers,
        "user-agent": "Patchbay",
        ...(isSent ? { "content-type": "application/json" } : {}),
      },
      ...(method ? { method } : {}),
      ...(isSent ? { body: JSON.stringify(send) } : {}),
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
