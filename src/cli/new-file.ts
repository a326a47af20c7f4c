import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";

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

/**
 * Makes a folder that only its owner can read, with those above it, unless it is there. Throws an ordinary error with a
 * readable message, which ends with what was not done.
 */
export function newFolder(path: string, nothing: string): void {
  if (path === "") throw new Error(`Name a folder with --output. ${nothing}`);
  try {
    makeFolder(resolve(path));
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new Error(`Cannot make the folder ${path}: ${error.message}. ${nothing} Choose another one.`, {
      cause: error,
    });
  }
}

// Not with `recursive`: below a folder that has no place for others, such as /proc, Node tries for ever.
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
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
