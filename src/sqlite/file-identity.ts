import { statSync } from "node:fs";
import type Database from "better-sqlite3";

interface FileIdentity {
  readonly file: string;
  /** What it is called to people, who are not told where it lies. */
  readonly title: string;
  readonly identity: string;
}

const opened = new WeakMap<Database.Database, readonly FileIdentity[]>();

/** Notes which files an open database really has: its own, and the two that SQLite keeps beside it. */
export function noteFiles(db: Database.Database, file: string): void {
  const files = [
    { file, title: "its file" },
    { file: `${file}-wal`, title: "its write-ahead log" },
    { file: `${file}-shm`, title: "its shared memory" },
  ];
  opened.set(
    db,
    files.flatMap((one) => {
      const identity = identityOf(one.file);
      return identity === undefined ? [] : [{ ...one, identity }];
    }),
  );
}

/**
 * What has happened to the files of an open database, in words; undefined when they are where they were. SQLite goes on
 * writing to a file that was deleted or replaced, and says that it was written; nobody would ever find it there.
 */
export function fileFault(db: Database.Database): string | undefined {
  for (const { file, title, identity } of opened.get(db) ?? []) {
    const now = identityOf(file);
    if (now === identity) continue;
    return now === undefined ? `${title} was deleted or moved away` : `${title} was replaced by another one`;
  }
  return undefined;
}

// Looked at by its path and never opened: closing it would drop the locks that SQLite holds on it in this process.
function identityOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  } catch {
    // A part of its path is gone, or may not be looked at any more.
    return undefined;
  }
}
