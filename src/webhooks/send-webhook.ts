import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, request } from "undici";
import { Problem } from "../domain/problem/problem.ts";
import { parseRetryAfter } from "../domain/shared/retry-after.ts";
import type { SendResult, WebhookSender } from "../domain/webhooks/webhook-sender.ts";
import { isPublicAddress } from "./public-address.ts";
import { signedHeaders } from "./sign-event.ts";

/** The time limit of an attempt, in milliseconds; Standard Webhooks recommends 15 to 30 seconds. */
const timeoutMs = 15_000;
const longestUrl = 2_000;
/** The most of an answer that is read, in bytes; nobody looks at it. */
const mostAnswer = 64 * 1024;

/** How names become addresses. The system's resolver gives none with an error. */
export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** How events are sent. */
export interface SenderOptions {
  /** Whether they may go to private addresses and over plain HTTP. */
  readonly allowPrivate: boolean;
  /** The system's resolver by default. */
  readonly resolve?: Resolve;
}

/** Every address of the name is private, and that is not allowed. */
class PrivateAddressError extends Error {}

const refused = "It leads to a private address, which WEBHOOKS_ALLOW_PRIVATE does not allow.";

/** Sends events. What is checked is the address that is connected to, so no answer of a name server can get around it. */
export function webhookSender({ allowPrivate, resolve = resolveAll }: SenderOptions): WebhookSender {
  const isAllowed = (address: string): boolean => allowPrivate || isPublicAddress(address);
  const lookup: LookupFunction = (hostname, { all }, done) => {
    resolve(hostname, (error, found = []) => {
      const addresses = found.filter(({ address }) => isAllowed(address));
      const [first] = addresses;
      if (error) done(error, []);
      else if (!first) done(new PrivateAddressError(refused), []);
      else if (all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
  const dispatcher = new Agent({ connect: { lookup, timeout: timeoutMs / 2 } });
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

function faultOf({ protocol, username, password, hostname }: URL, allowPrivate: boolean): string | undefined {
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) return "It needs https";
  if (username !== "" || password !== "")
    return "It contains a name or a password: sign-in is by the signature";
  const address = hostname.replace(/^\[|\]$/gu, "");
  // No name has to be looked up for it, so the check of names would not see it.
  if (isIP(address) !== 0 && !allowPrivate && !isPublicAddress(address)) return refused.replace(/\.$/u, "");
  return undefined;
}

function parsedUrl(text: string): URL | undefined {
  if (text.length > longestUrl) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Never the address, which may be secret. */
function wordsOf(error: unknown): string {
  if (error instanceof PrivateAddressError) return error.message;
  if (!(error instanceof Error)) return "It cannot be reached.";
  if (["TimeoutError", "AbortError"].includes(error.name)) return "The receiver did not answer in time.";
  const code = "code" in error ? String(error.code) : error.name;
  return `The receiver cannot be reached (${code}).`;
}

const resolveAll: Resolve = (hostname, done) => systemLookup(hostname, { all: true }, done);
