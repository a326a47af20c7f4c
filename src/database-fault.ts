import { postgresErrorCode, isBroken } from "./postgres/connection/postgres-error.ts";

/**
 * Whether an error says that the database cannot be reached or used at the moment, so that the same may succeed later.
 * A statement that is wrong in itself is a bug.
 */
export function isDatabaseFault(error: unknown): boolean {
  if (isBroken(error)) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // PostgreSQL's classes of missing resources, intervention and system errors; the network; SQLite's disk and locks.
  return (
    /^(?:53|57|58|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/u.test(postgresErrorCode(error)) ||
    /^SQLITE_(?:BUSY|LOCKED|IOERR|CANTOPEN|FULL|NOMEM|READONLY|CORRUPT|NOTADB|PROTOCOL)/u.test(code)
  );
}
