import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestProject } from "vitest/node";
import { endTestServer } from "./postgres-server.ts";

/** Linux's file system in memory, where a commit does not wait for a disk. */
const memory = "/dev/shm";
const prefix = "patchbay-tests-";
/** More than the tests of a run keep at once. A container may have much less there. */
const neededBytes = 2 * 1024 ** 3;

/**
 * Keeps the temporary files of a run in memory where the machine has room for them: tests commit thousands of times, and
 * none of them cuts the power. Whatever a run leaves behind goes with its folder.
 */
export function setup({ config }: TestProject): () => void {
  const folder = mkdtempSync(join(hasRoomInMemory() ? memory : tmpdir(), prefix));
  // Some tests start a process without any rights.
  chmodSync(folder, 0o755);
  config.env = { ...config.env, TMPDIR: folder };
  return () => {
    endTestServer(folder);
    // What still ends, such as a browser, may write there for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}

/** The folder that all workers of this run keep their temporary files in; none in a process that is not one of them. */
export function sharedFolder(): string | undefined {
  const folder = tmpdir();
  return basename(folder).startsWith(prefix) ? folder : undefined;
}

function hasRoomInMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > neededBytes;
}
