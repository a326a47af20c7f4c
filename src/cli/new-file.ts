import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** A file that appears complete or not at all. */
export interface NewFile {
  /** Appends text or bytes. Throws what node:fs throws. */
  write(content: string | Uint8Array): void;
  /**
   * Moves the file to its final path, durably. Throws what node:fs throws, and an ordinary error with a readable
   * message if a file exists there by now.
   */
  finish(): void;
  /** Removes the unfinished file. */
  discard(): void;
}

/**
 * Creates a file that only its owner can read. Throws what node:fs throws, and an ordinary error with a readable
 * message if the file exists.
 */
export function newFile(path: string): NewFile {
  if (existsSync(path)) throw taken(path);
  const partial = `${path}.${process.pid}.partial`;
  const fd = openSync(partial, "wx", 0o600);
  let open = true;
  const close = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  return {
    // `writeFile` continues after a partial write; `write` does not.
    write: (content) => writeFileSync(fd, content),
    finish: () => {
      fsyncSync(fd);
      close();
      place(partial, path);
      syncFolder(dirname(path));
    },
    discard: () => {
      close();
      rmSync(partial, { force: true });
    },
  };
}

/** A link never replaces another file, but not every file system supports links. */
function place(partial: string, path: string): void {
  try {
    linkSync(partial, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EEXIST" || existsSync(path)) throw taken(path);
    renameSync(partial, path);
    return;
  }
  rmSync(partial);
}

/** So that its name survives a power failure, if the folder can be opened. */
function syncFolder(folder: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(folder, "r");
    fsyncSync(fd);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (!["EACCES", "EPERM", "EISDIR", "EINVAL"].includes(String(code))) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function taken(path: string): Error {
  return new Error(`${path} is there already, and nothing is overwritten. Nothing was exported.`);
}
