import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { AlertSource } from "../../domain/alerts/hook.ts";
import { ownValue } from "../../domain/shared/own-value.ts";

/** A request as it arrived. */
export interface RawRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request that the holder of the secret sent. */
export interface Verified {
  /** What was signed, as a SHA-256, so that the same request is accepted once; undefined if nothing was signed. */
  readonly digest: string | undefined;
}

/** How old a signature may be, and how far ahead of the clock here, in milliseconds. */
const toleranceMs = 5 * 60_000;

/** A request, the secret of its hook, and the time here. */
interface Checked extends RawRequest {
  readonly secret: string;
  readonly now: Date;
}

/** Verifies a request on its raw body, before anything of it is parsed. Undefined if it is not signed as its source signs. */
export function verifyRequest(source: AlertSource, checked: Checked): Verified | undefined {
  switch (source) {
    case "pagerduty":
      return pagerDuty(checked);
    case "rootly":
      return rootly(checked);
    case "grafana":
      return sharedSecret(checked);
    case "standard":
      return standardWebhooks(checked);
  }
}

/**
 * `x-pagerduty-signature: v1=<hex>,v1=<hex>`, one for each secret that is valid while they rotate. The time is in the body.
 * https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
function pagerDuty({ headers, body, secret }: Checked): Verified | undefined {
  const given = listOf(header(headers, "x-pagerduty-signature")).flatMap((part) => after(part, "v1="));
  const expected = createHmac("sha256", secret).update(body).digest();
  return isAmong(given, "hex", expected) ? { digest: digest([body]) } : undefined;
}

/**
 * `X-Rootly-Signature: t=<seconds>,v1=<hex>` of the timestamp and the body, without anything between them.
 * https://docs.rootly.com/configuration/webhooks
 */
function rootly({ headers, body, secret, now }: Checked): Verified | undefined {
  const parts = listOf(header(headers, "x-rootly-signature"));
  const [timestamp = ""] = parts.flatMap((part) => after(part, "t="));
  const given = parts.flatMap((part) => after(part, "v1="));
  const expected = createHmac("sha256", secret).update(timestamp).update(body).digest();
  const isSigned = isAmong(given, "hex", expected);
  return isSigned && isRecent(timestamp, now) ? { digest: digest([timestamp, body]) } : undefined;
}

/**
 * `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,<base64> v1,<base64>`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function standardWebhooks({ headers, body, secret, now }: Checked): Verified | undefined {
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const given = header(headers, "webhook-signature").split(" ");
  const key = Buffer.from(secret.replace(/^whsec_/u, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  const signatures = given.flatMap((part) => after(part, "v1,"));
  const isSigned = isAmong(signatures, "base64", expected);
  return isSigned && id !== "" && isRecent(timestamp, now)
    ? { digest: digest([id, ".", timestamp, ".", body]) }
    : undefined;
}

/**
 * Grafana and Alertmanager sign nothing: the secret itself is sent, as a bearer token or as the password of basic
 * authentication. A copied request cannot be told from a repeated one, and both repeat what they said before.
 */
function sharedSecret({ headers, secret }: Checked): Verified | undefined {
  const authorization = header(headers, "authorization");
  const [, bearer = ""] = /^bearer +(\S+) *$/iu.exec(authorization) ?? [];
  const [, basic = ""] = /^basic +(\S+) *$/iu.exec(authorization) ?? [];
  const password = Buffer.from(basic, "base64")
    .toString()
    .replace(/^[^:]*:/u, "");
  const expected = digestBytes([secret]);
  const isBearer = timingSafeEqual(digestBytes([bearer]), expected);
  const isBasic = timingSafeEqual(digestBytes([password]), expected);
  return isBearer || isBasic ? { digest: undefined } : undefined;
}

/** The most signatures of a request that are looked at: one for each secret while they rotate. */
const mostSignatures = 10;

/** Compares with every signature, so that the time says nothing about which one is right. */
function isAmong(given: readonly string[], encoding: "hex" | "base64", expected: Buffer): boolean {
  let found = false;
  for (const each of given.slice(0, mostSignatures)) {
    const bytes = Buffer.from(each, encoding);
    if (bytes.length === expected.length && timingSafeEqual(bytes, expected)) found = true;
  }
  return found;
}

function isRecent(seconds: string, now: Date): boolean {
  return /^\d{1,12}$/u.test(seconds) && Math.abs(now.getTime() - Number(seconds) * 1000) <= toleranceMs;
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = ownValue(headers, name);
  return typeof value === "string" ? value : "";
}

const listOf = (value: string): string[] => value.split(",").map((part) => part.trim());
const after = (text: string, start: string): string[] =>
  text.startsWith(start) ? [text.slice(start.length)] : [];

function digestBytes(parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const digest = (parts: readonly (string | Buffer)[]): string => digestBytes(parts).toString("hex");
