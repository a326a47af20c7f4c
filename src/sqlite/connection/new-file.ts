import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./database-error.ts";

/** Begins a file for its owner alone, under a name that is not the last one, which it gives. Throws what node:fs throws. */
export function beginFile(path: string): string {
  const partial = `${path}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  closeSync(openSync(partial, "wx", 0o600));
  return partial;
}

/**
 * Puts a file that was begun in its place, durably and whole. Throws EEXIST where there is one by now: it takes the place of
 * no other file.
 */
export function finishFile(partial: string, path: string): void {
  sync(partial);
  try {
    // A link never takes the place of another file; not every file system has them.
    linkSync(partial, path);
    rmSync(partial);
  } catch (error) {
    if (errorCode(error) === "EEXIST" || existsSync(path)) throw error;
    renameSync(partial, path);
  }
  syncFolder(dirname(path));
}

/** So that its name outlives a power failure, where the folder may be opened. */
function syncFolder(folder: string): void {
  try {
    sync(folder);
  } catch (error) {
    if (!["EACCES", "EPERM", "EISDIR", "EINVAL"].includes(errorCode(error))) throw error;
  }
}

function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
