import { lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { FileIdentity, SqliteDatabase } from "./handle-state.ts";

/**
 * How long an unchanged folder is trusted for its files, and how long it must have been unchanged before: longer
 * than the time resolution of any file system. In milliseconds.
 */
const relyMs = 1_000;
const quietMs = 2_000;

/** Notes which files an open database uses: its own, and the two that SQLite adds. */
export function noteFiles(db: SqliteDatabase, file: string): void {
  const files = [
    { file, title: "its file" },
    { file: `${file}-wal`, title: "its write-ahead log" },
    { file: `${file}-shm`, title: "its shared memory" },
  ];
  db.state.files = {
    files: files.flatMap((one) => {
      const identity = identityOf(one.file);
      return identity === undefined ? [] : [{ ...one, identity }];
    }),
    folder: lstatSync(file).isSymbolicLink() ? undefined : dirname(file),
  };
}

/**
 * What happened to the files of an open database, as text to show; undefined if they are in place. SQLite keeps writing
 * to a file that was deleted or replaced and reports success, and nobody would find the data. Removing, moving and
 * replacing a file changes its folder, which is checked each time. The files themselves are checked only when the
 * folder has changed, and every second: checking a busy file is expensive, because newer Linux versions then store
 * exact times with the next fsync.
 */
export function fileFault(db: SqliteDatabase): string | undefined {
  const noted = db.state.files;
  if (!noted) return undefined;
  const folder = noted.folder === undefined ? undefined : folderState(noted.folder);
  const { found } = noted;
  const now = performance.now();
  if (found && found.folder === folder && now - found.at < relyMs) return undefined;
  const fault = faultOf(noted.files);
  // A folder that has just changed may change again within the same time stamp.
  if (folder === undefined || noted.seen?.folder !== folder)
    noted.seen = folder === undefined ? undefined : { folder, since: now };
  const quiet = noted.seen !== undefined && now - noted.seen.since >= quietMs;
  noted.found = fault === undefined && quiet && folder !== undefined ? { folder, at: now } : undefined;
  return fault;
}

function faultOf(files: readonly FileIdentity[]): string | undefined {
  for (const { file, title, identity } of files) {
    const now = identityOf(file);
    if (now === identity) continue;
    return now === undefined ? `${title} was deleted or moved away` : `${title} was replaced by another one`;
  }
  return undefined;
}

// Inspected by its path and never opened: closing it would release the locks that SQLite holds in this process.
function identityOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}`;
  } catch {
    // A part of the path is gone or unreadable.
    return undefined;
  }
}

/** The folder's identity and the time of its last change; undefined if it cannot be read. */
function folderState(folder: string): string | undefined {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}:${found.ctimeMs}`;
  } catch {
    return undefined;
  }
}
