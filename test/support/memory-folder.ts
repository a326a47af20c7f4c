import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** Linux's file system in memory, where a commit does not wait for a disk. */
const memory = "/dev/shm";
/** More than the tests of a run keep at once. A container may have much less there. */
const neededBytes = 2 * 1024 ** 3;

/**
 * Keeps the temporary files of a run in memory where the machine has room for them: tests commit thousands of times, and
 * none of them cuts the power. Whatever a run leaves behind goes with its folder.
 */
export function setup({ config }: TestProject): () => void {
  const folder = mkdtempSync(join(hasRoomInMemory() ? memory : tmpdir(), "patchbay-tests-"));
  // Some tests start a process without any rights.
  chmodSync(folder, 0o755);
  const bundles = join(folder, "bundles");
  mkdirSync(bundles);
  config.env = { ...config.env, TMPDIR: folder, TEST_BUNDLES: bundles };
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoomInMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > neededBytes;
}
