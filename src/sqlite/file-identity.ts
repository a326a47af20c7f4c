import { statSync } from "node:fs";
import type { SqliteDatabase } from "./database.ts";

interface FileIdentity {
  readonly file: string;
  readonly identity: string;
}

const opened = new WeakMap<SqliteDatabase, readonly FileIdentity[]>();

/** Notes which files an open database really has: its own, and the two that SQLite keeps beside it. */
export function noteFiles(db: SqliteDatabase, file: string): void {
  const files = [file, `${file}-wal`, `${file}-shm`];
  opened.set(
    db,
    files.flatMap((name) => {
      const identity = identityOf(name);
      return identity === undefined ? [] : [{ file: name, identity }];
    }),
  );
}

/**
 * What has happened to the files of an open database, in words; undefined when they are where they were. SQLite goes on
 * writing to a file that was deleted or replaced, and says that it was written; nobody would ever find it there.
 */
export function fileFault(db: SqliteDatabase): string | undefined {
  for (const { file, identity } of opened.get(db) ?? []) {
    const now = identityOf(file);
    if (now === identity) continue;
    return now === undefined ? `${file} was deleted or moved away` : `${file} was replaced by another file`;
  }
  return undefined;
}

// Looked at by its path and never opened: closing it would drop the locks that SQLite holds on it in this process.
function identityOf(file: string): string | undefined {
  try {
    const found = statSync(file, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  } catch {
    // A part of its path is gone, or may not be looked at any more.
    return undefined;
  }
}
