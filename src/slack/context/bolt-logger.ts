import { LogLevel, type Logger } from "@slack/bolt";
import type { Log } from "../../domain/ports/log.ts";

/**
 * Forwards the logs of Slack's libraries to ours; `from` says which library. Debug lines are always dropped, because
 * Bolt then logs whole payloads, including response_urls.
 */
export function boltLogger(log: Log, from = "bolt"): Logger {
  const words = (parts: unknown[]): string =>
    parts
      .filter((part) => !(part instanceof Error))
      .map(String)
      .join(" ");
  // The log formats errors itself and leaves out what they quote.
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
