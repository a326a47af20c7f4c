import { request } from "undici";
import { Problem } from "../domain/problem/problem.ts";
import { parseRetryAfter } from "../domain/shared/waits.ts";
import type { SendResult, WebhookSender } from "../domain/webhooks/webhook-sender.ts";
import { faultOf, parsedUrl, PrivateAddressError, publicAgent, type Resolve } from "./public-agent.ts";
import { signedHeaders } from "./sign-event.ts";

/** The time limit of an attempt, in milliseconds; Standard Webhooks recommends 15 to 30 seconds. */
const timeoutMs = 15_000;
/** The most of an answer that is read, in bytes; nobody looks at it. */
const mostAnswer = 64 * 1024;

/** How events are sent. */
export interface SenderOptions {
  /** Whether they may go to private addresses and over plain HTTP. */
  readonly allowPrivate: boolean;
  /** The system's resolver by default. */
  readonly resolve?: Resolve;
}

/** Sends events. */
export function webhookSender({ allowPrivate, resolve }: SenderOptions): WebhookSender {
  const dispatcher = publicAgent(allowPrivate, timeoutMs, resolve);
  return {
    checkUrl: (text) => {
      const url = parsedUrl(text);
      const why = url === undefined ? "It is not a URL" : faultOf(url, allowPrivate);
      if (url && why === undefined) return url.origin;
      throw new Problem("invalid_input", `A webhook cannot be sent there. ${why ?? ""}.`, { field: "url" });
    },
    send: async ({ url: text, body, secrets, ...event }) => {
      const url = parsedUrl(text);
      const fault = url === undefined ? "It is not a URL" : faultOf(url, allowPrivate);
      if (!url || fault !== undefined) return failed(`${fault ?? ""}.`);
      try {
        const {
          statusCode,
          headers,
          body: answer,
        } = await request(url, {
          method: "POST",
          body,
          dispatcher,
          headers: {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "user-agent": "Patchbay",
            ...signedHeaders({ ...event, body }, secrets),
          },
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.dump({ limit: mostAnswer }).catch(() => undefined);
        const asked = headers["retry-after"];
        const retryAfterMs = parseRetryAfter(
          typeof asked === "string" ? asked : undefined,
          event.now.getTime(),
        );
        return resultOf(statusCode, retryAfterMs);
      } catch (error) {
        return failed(wordsOf(error));
      }
    },
  };
}

/** Anything but 2xx is a failure, also a redirect: it could lead anywhere. */
function resultOf(status: number, retryAfterMs: number | undefined): SendResult {
  if (status >= 200 && status < 300) return { isAccepted: true };
  if (status === 410)
    return { isAccepted: false, why: "The receiver answered 410: it is gone.", isGone: true };
  const isRedirect = status >= 300 && status < 400;
  const words = `The receiver answered ${status}${isRedirect ? ", and redirects are not followed" : ""}.`;
  return retryAfterMs === undefined ? failed(words) : { ...failed(words), retryAfterMs };
}

function failed(why: string): Extract<SendResult, { readonly isAccepted: false }> {
  return { isAccepted: false, why, isGone: false };
}

/** Never the address, which may be secret. */
function wordsOf(error: unknown): string {
  if (error instanceof PrivateAddressError) return error.message;
  if (!(error instanceof Error)) return "It cannot be reached.";
  if (["TimeoutError", "AbortError"].includes(error.name)) return "The receiver did not answer in time.";
  const code = "code" in error ? String(error.code) : error.name;
  return `The receiver cannot be reached (${code}).`;
}
