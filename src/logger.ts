import { pino, type DestinationStream } from "pino";
import type { Config } from "./config.ts";
import type { Log } from "./domain/log.ts";
import { isProblem } from "./domain/problem.ts";

/**
 * An error as the log keeps it. Libraries hang requests, headers and bodies on their errors, and messages quote what
 * somebody typed, a key perhaps, or what a vendor said: so only these parts pass.
 */
interface LoggedError {
  readonly type: string;
  /** Of a Problem what tells it apart, in the place of its words. */
  readonly problem?: string | undefined;
  readonly field?: string | undefined;
  readonly vendorStatus?: number | undefined;
  readonly message?: string | undefined;
  /** Where it was thrown, without the message that a stack begins with. */
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

/** JSON lines; errors are reduced to what is safe to keep. Goes to standard output unless told otherwise. */
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
 * The message of an error that speaks of the system, of Slack's API or of the database, or was thrown by us in our words.
 * What JavaScript and libraries say of a value that they could not read may have that value in it.
 */
function safeMessage({ name, message }: Error, code: string | undefined): string | undefined {
  const isCoded = code !== undefined && !/^ERR_|^commander\./u.test(code);
  return isCoded || (code === undefined && ["Error", "DatabaseError"].includes(name)) ? message : undefined;
}
