import { pino, type DestinationStream } from "pino";
import type { Config } from "./config.ts";
import type { Log } from "./domain/ports/log.ts";
import { isProblem } from "./domain/problem/problem.ts";

/**
 * An error in the log. Libraries attach requests, headers and bodies to their errors, and messages may quote typed
 * text, even a key, or a vendor's response. So only these parts are logged.
 */
interface LoggedError {
  readonly type: string;
  /** The code of a Problem, in place of its message. */
  readonly problem?: string | undefined;
  readonly field?: string | undefined;
  readonly vendorStatus?: number | undefined;
  readonly message?: string | undefined;
  /** Where it was thrown, without the message at the start of the stack. */
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

/** Logs JSON lines, with errors reduced to safe parts. Writes to standard output by default. */
export function logger(level: Config["logLevel"], to?: DestinationStream): Log {
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
    return { type: typeof error, message: "something that is not an error was thrown" };
  const { name: type, cause } = error;
  const stack = error.stack
    ?.split("\n")
    .filter((line) => /^\s+at /u.test(line))
    .join("\n");
  const causedBy = cause === undefined ? undefined : loggedError(cause);
  if (isProblem(error)) {
    const { field, vendorStatus } = error.details;
    return { type, problem: error.code, field, vendorStatus, stack, cause: causedBy };
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { type, message: safeMessage(error, code), stack, code, cause: causedBy };
}

/**
 * The message of an error from the system, Slack's API, the database or our own code. Messages of JavaScript and
 * libraries about invalid values may contain those values.
 */
function safeMessage({ name, message }: Error, code: string | undefined): string | undefined {
  const isCoded = code !== undefined && !/^ERR_|^commander\./u.test(code);
  return isCoded || (code === undefined && ["Error", "DatabaseError"].includes(name)) ? message : undefined;
}
