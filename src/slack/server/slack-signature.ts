import type { IncomingHttpHeaders } from "node:http";
import { verifySlackRequest } from "@slack/bolt";

/** How far the time of a signature may be from ours, either way, in milliseconds (Slack's documents say five minutes). */
const signatureLifeMs = 5 * 60_000;

/** A signature with its time, as the headers of a request carry them. */
export interface SlackSignature {
  /** `v0=` and 64 hexadecimal digits. */
  readonly signature: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** Why a request is refused before its body is read. */
export type SignatureFault = "unsigned" | "malformed" | "stale";

/**
 * Reads the signature of a request, or says why it cannot be a good one. Needs no body, so that nobody has a body read
 * without at least claiming a signature of this moment.
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

/** Whether a body was signed with the app's secret; Bolt's own function decides. */
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
    // It throws for every signature that does not fit; nothing else in it can fail.
    return false;
  }
}
