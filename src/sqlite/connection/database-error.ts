/**
 * A fault of the database that keeps Patchbay from starting. Its message contains the path, the fault and what to do
 * about it. It is for the operator of the server, never for people in Slack.
 */
export function databaseError(path: string, fault: string, remedy: string, cause?: unknown): Error {
  const error = new Error(`The database ${path} cannot be used: ${fault}. ${remedy}`, { cause });
  error.name = "DatabaseError";
  return error;
}

/** Whether an error was made by `databaseError`. Show only its message, without a stack. */
export function isDatabaseError(error: unknown): error is Error {
  return error instanceof Error && error.name === "DatabaseError";
}

/** The code of a system or SQLite error (`EACCES`, `SQLITE_FULL`), or an empty text. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

const chooseFile = "Set DATABASE_PATH to a file of Patchbay's own.";
const giveRights = "Give the user that runs Patchbay the right to write to the file and to its folder.";

// By prefix, because SQLite's extended codes are longer (SQLITE_READONLY_DIRECTORY).
const faults: readonly (readonly [code: string, fault: string, remedy: string])[] = [
  ["EISDIR", "it is a folder", chooseFile],
  ["ENOENT", "there is no such file", "Start the server once to create it, or correct DATABASE_PATH."],
  ["ENOTDIR", "a part of its path is a file, not a folder", "Correct DATABASE_PATH."],
  ["EEXIST", "a part of its path is a file, not a folder", "Correct DATABASE_PATH."],
  ["EACCES", "there is no right to write to it", giveRights],
  ["EPERM", "there is no right to write to it", giveRights],
  ["EROFS", "it is on a read-only file system", "Set DATABASE_PATH to a place that can be written."],
  ["ENOSPC", "the disk is full", "Free some space."],
  ["SQLITE_FULL", "the disk is full", "Free some space."],
  ["SQLITE_NOTADB", "the file is not a database", chooseFile],
  ["SQLITE_CORRUPT", "the file is damaged", "Restore it from a backup."],
  ["SQLITE_READONLY", "there is no right to write to it", giveRights],
  ["SQLITE_PERM", "there is no right to write to it", giveRights],
  ["SQLITE_CANTOPEN", "it, or a file beside it, cannot be opened", giveRights],
  ["SQLITE_IOERR", "the disk reports an error", "Look at the disk and the system's log."],
  ["SQLITE_BUSY", "another process is writing to it", "Wait for that process to end, or stop it."],
];

/** The `databaseError` for a failure to open. Returns unknown errors unchanged. */
export function startFault(path: string, error: unknown): unknown {
  const code = errorCode(error);
  const known = faults.find(([start]) => code.startsWith(start));
  return known ? databaseError(path, known[1], known[2], error) : error;
}
