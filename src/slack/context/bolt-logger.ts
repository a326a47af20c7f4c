import { LogLevel, type Logger } from "@slack/bolt";
import type { Log } from "../../domain/log.ts";

/**
 * The logger of Slack's libraries on ours; `from` says which of them. Bolt at debug level logs payloads whole,
 * response_urls and all, so debug lines are dropped whatever our own level is.
 */
export function boltLogger(log: Log, from = "bolt"): Logger {
  const words = (parts: unknown[]): string =>
    parts
      .filter((part) => !(part instanceof Error))
      .map(String)
      .join(" ");
  // Errors go through the log's own reading of them, which leaves out what they quote.
  const fields = (parts: unknown[]): Record<string, unknown> => {
    const err = parts.find((part) => part instanceof Error);
    return err === undefined ? { from } : { from, err };
  };
  return {
    debug: () => undefined,
    info: (...parts) => log.info(fields(parts), words(parts)),
    warn: (...parts) => log.warn(fields(parts), words(parts)),
    error: (...parts) => log.error(fields(parts), words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
