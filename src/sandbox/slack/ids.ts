import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";

let lastMicros = 0;

/** Milliseconds since 1970 with fractions, never decreasing, to compare calls and deliveries. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A Slack message timestamp, unique in this process and increasing. */
export function slackTs(): string {
  lastMicros = Math.max(lastMicros + 1, Math.floor(nowMs() * 1000));
  return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
}

/** An id in Slack's style: the given prefix and ten random capitals and digits. */
export function slackId(prefix: string): string {
  return prefix + randomBytes(5).toString("hex").toUpperCase();
}

/** An unguessable secret for tokens, tickets and addresses. */
export function secret(): string {
  return randomBytes(16).toString("hex");
}

/** A name as in Slack's addresses: lower-case letters, digits and dashes. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-");
}
