import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { isJson } from "./checkpoint-line.ts";

/** The text of a file, or undefined if it does not exist. */
export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Appends one or more lines durably, after removing a truncated last line. Throws what node:fs throws. */
export function appendLine(path: string, line: string): void {
  const fd = openSync(path, "a+", 0o600);
  try {
    // It contains no secrets, but how active each workspace is should stay private.
    if ((fstatSync(fd).mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    const rest = unendedLine(fd);
    const isTorn = rest.length > 0 && !isJson(rest.toString("utf8"));
    if (isTorn) ftruncateSync(fd, fstatSync(fd).size - rest.length);
    // Everything or an error: what a full disk accepted of a line is removed before the next one.
    writeFileSync(fd, rest.length > 0 && !isTorn ? `\n${line}\n` : `${line}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

// A line is far shorter than this.
const tailBytes = 4_096;

function unendedLine(fd: number): Buffer {
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  return tail.subarray(tail.lastIndexOf("\n") + 1);
}
