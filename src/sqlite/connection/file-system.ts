import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Log } from "../../domain/ports/log.ts";

const network =
  /^(?:nfs\d?|cifs|smb\d?|9p|afs|ceph|glusterfs|lustre|ocfs2|fuse\.(?:sshfs|glusterfs|s3fs|rclone))$/u;
const ofContainer = /^(?:overlay|aufs|fuse\.fuse-overlayfs)$/u;

/**
 * Logs a warning if a database would lose data or locks where it is, as far as Linux says: on a network file system, or
 * inside a container without a volume.
 */
export function warnOfFileSystem(path: string, log: Log, mounts = mountsOfProcess()): void {
  const fileSystem = fileSystemOf(resolve(path), mounts);
  if (network.test(fileSystem))
    log.warn({ fileSystem }, "the database is on a network file system; move it to a local disk");
  if (ofContainer.test(fileSystem))
    log.warn(
      { fileSystem },
      "the database is inside the container and will be lost with it; mount a volume for it",
    );
}

function mountsOfProcess(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // Other systems have no such list.
    return "";
  }
}

function fileSystemOf(file: string, mounts: string): string {
  let longest = { point: "", type: "" };
  for (const line of mounts.split("\n")) {
    // Fields of proc(5): the mount point is the fifth; the type is the first after the separator.
    const [before = "", after = ""] = line.split(" - ");
    const point = (before.split(" ")[4] ?? "").replaceAll("\\040", " ");
    const isAbove = file === point || file.startsWith(point.endsWith("/") ? point : `${point}/`);
    if (point !== "" && isAbove && point.length >= longest.point.length)
      longest = { point, type: after.split(" ")[0] ?? "" };
  }
  return longest.type;
}
