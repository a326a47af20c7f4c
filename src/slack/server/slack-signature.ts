import type { IncomingHttpHeaders } from "node:http";
import { verifySlackRequest } from "@slack/bolt";

/**
 * How far a signature's time may differ from ours, in either direction, in milliseconds. Slack's documentation says
 * five minutes.
 */
const signatureLifeMs = 5 * 60_000;

/** A signature and its time from the headers of a request. */
export interface SlackSignature {
  /** `v0=` and 64 hexadecimal digits. */
  readonly signature: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** Why a request is refused before its body is read. */
export type SignatureFault = "unsigned" | "malformed" | "stale";

/**
 * Parses the signature headers, or says why they cannot be valid. This needs no body, so bodies are only read for
 * requests that claim a current signature.
 */
export function readSignature(
  headers: IncomingHttpHeaders,
  now: () => number = Date.now,
): SlackSignature | SignatureFault {
  const signature = headers["x-slack-signature"];
  const time = headers["x-slack-request-timestamp"];
  if (!signature || !time) return "unsigned";
  if (typeof signature !== "string" || !/^v0=[0-9a-f]{64}$/u.test(signature)) return "malformed";
  if (typeof time !== "string" || !/^[1-9]\d{0,11}$/u.test(time)) return "malformed";
  const timestamp = Number(time);
  if (Math.abs(now() - timestamp * 1000) > signatureLifeMs) return "stale";
  return { signature, timestamp };
}

/** Whether a body was signed with the app's secret, according to Bolt's own function. */
export function isSigned(
  { signature, timestamp }: SlackSignature,
  body: string,
  signingSecret: string,
): boolean {
  try {
    const headers = { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp };
    verifySlackRequest({ signingSecret, body, headers });
    return true;
  } catch {
    // The function throws for every invalid signature. Nothing else in it can fail.
    return false;
  }
}
