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

/** A file that is there whole or not at all. */
export interface NewFile {
  /** Writes on, all of it. Throws what node:fs throws. */
  write(text: string): void;
  /** Puts the file in its place, durably. Throws what node:fs throws, and an error in words when there is one by now. */
  finish(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

/** Begins a file for its owner alone. Throws what node:fs throws, and an error in words when there is one already. */
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
    // `writeFile` goes on where the disk has taken a part; `write` does not.
    write: (text) => writeFileSync(fd, text),
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

/** By a link, which never takes the place of another file. Not every file system has them. */
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

/** So that its name outlives a power failure, where the folder may be opened. */
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
