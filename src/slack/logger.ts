import { LogLevel, type Logger } from "@slack/bolt";
import type { Log } from "../domain/log.ts";

/**
 * Bolt's logger on ours. Bolt at debug level logs payloads whole, response_urls and all, so its debug lines are
 * dropped whatever our own level is.
 */
export function boltLogger(log: Log): Logger {
  const words = (parts: unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return {
    debug: () => undefined,
    info: (...parts) => log.info({ from: "bolt" }, words(parts)),
    warn: (...parts) => log.warn({ from: "bolt" }, words(parts)),
    error: (...parts) => log.error({ from: "bolt" }, words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
