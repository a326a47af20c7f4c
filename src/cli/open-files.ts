import { statSync } from "node:fs";

/** The files that others than their owner can read or write, with their modes in octal. */
export function openFiles(
  paths: readonly string[],
): readonly { readonly path: string; readonly mode: string }[] {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & 0o077) === 0) return [];
    return [{ path, mode: (found.mode & 0o777).toString(8).padStart(4, "0") }];
  });
}
