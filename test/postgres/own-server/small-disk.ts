import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { canStart, skipped } from "./own-server.ts";

// A namespace of its own, so that the question leaves nothing mounted.
const canMount = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status === 0;
/** Whether this machine can run a PostgreSQL on a small disk. */
export const canFill = canStart && canMount;
/** The end of a suite's title: why it is skipped. */
export const fillSkipped = canMount ? skipped : " (skipped: this user may not mount a small disk)";

/** A small disk in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room on it. */
  fill(): void;
  makeRoom(): void;
}

/** Mounts a small disk for one test. */
export function mountDisk(megabytes: number): SmallDisk {
  const path = join(tmpdir(), `small-disk-${randomBytes(6).toString("hex")}`);
  const filler = join(path, "filler");
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path], { stdio: "ignore" });
  onTestFinished(() => {
    execFileSync("umount", ["-l", path]);
    rmSync(path, { recursive: true });
  });
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    makeRoom: () => rmSync(filler),
  };
}
