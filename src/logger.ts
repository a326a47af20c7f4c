import { pino, type DestinationStream } from "pino";
import type { Settings } from "./config.ts";
import type { Log } from "./domain/log.ts";

/** An error as the log keeps it. Libraries hang requests, headers and bodies on their errors, so only these parts pass. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

/** JSON lines; errors are reduced to what is safe to keep. Goes to standard output unless told otherwise. */
export function logger(level: Settings["logLevel"], to?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggedError },
  };
  return to ? pino(options, to) : pino(options);
}

function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: "something was thrown that is no error" };
  const { name: type, message, stack, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { type, message, stack, code, cause: cause === undefined ? undefined : loggedError(cause) };
}
