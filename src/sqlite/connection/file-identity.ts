import { lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { FileIdentity, SqliteDatabase } from "./handle-state.ts";

/**
 * How long a folder that has not changed answers for its files, and how long it must have been left alone before: longer
 * than any file system takes for one moment. In milliseconds.
 */
const relyMs = 1_000;
const quietMs = 2_000;

/** Notes which files an open database really has: its own, and the two that SQLite keeps beside it. */
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
 * What has happened to the files of an open database, in words; undefined when they are where they were. SQLite goes on
 * writing to a file that was deleted or replaced, and says that it was written; nobody would ever find it there.
 *
 * Removing, moving and replacing a file is a change of its folder, which is looked at each time; the files themselves only
 * when it has changed, and every second. To look at a file that is written to all the time is dear: newer Linuxes note the
 * time of the next write exactly when somebody has asked for it, and the fsync after it then writes that down as well.
 */
export function fileFault(db: SqliteDatabase): string | undefined {
  const noted = db.state.files;
  if (!noted) return undefined;
  const folder = noted.folder === undefined ? undefined : folderState(noted.folder);
  const { found } = noted;
  const now = performance.now();
  if (found && found.folder === folder && now - found.at < relyMs) return undefined;
  const fault = faultOf(noted.files);
  // A folder that was changed a moment ago may be changed once more without showing another time.
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

/** Which folder it is and when something in it was last added, removed or renamed; undefined when it cannot be seen. */
function folderState(folder: string): string | undefined {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    return found && `${found.dev}:${found.ino}:${found.ctimeMs}`;
  } catch {
    return undefined;
  }
}
