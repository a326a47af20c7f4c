import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./database-error.ts";

/** Creates a file for its owner only, under a temporary name, which it returns. Throws what node:fs throws. */
export function beginFile(path: string): string {
  const partial = `${path}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  closeSync(openSync(partial, "wx", 0o600));
  return partial;
}

/** Moves a finished file to its final name, durably. Throws EEXIST if that exists: it never replaces a file. */
export function finishFile(partial: string, path: string): void {
  sync(partial);
  try {
    // A link never replaces a file, but not every file system supports links.
    linkSync(partial, path);
    rmSync(partial);
  } catch (error) {
    if (errorCode(error) === "EEXIST" || existsSync(path)) throw error;
    renameSync(partial, path);
  }
  syncFolder(dirname(path));
}

/** So that its name survives a power failure, if the folder can be opened. */
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
