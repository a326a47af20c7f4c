import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { driverPath } from "./driver.ts";

// Tries to take the lock that the other process holds. Plain JavaScript: it runs as it is, however this process was started.
const probe = `
  const Database = require(process.argv[1]);
  try {
    const db = new Database(process.argv[2], { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    process.stdout.write("free");
  } catch (error) {
    process.stdout.write(String(error.code).startsWith("SQLITE_BUSY") ? "held" : String(error));
  }
`;
const probeTimeoutMs = 20_000;

/**
 * Whether a lock that this process has just taken keeps another process out. On some file systems, such as NFS
 * mounted with `nolock` or some FUSE ones, locking succeeds for everybody. Throws if it cannot be determined.
 */
export function lockHolds(file: string): boolean {
  if (isListed(file)) return true;
  const { stdout, stderr, error } = spawnSync(process.execPath, ["-e", probe, driverPath, file], {
    encoding: "utf8",
    timeout: probeTimeoutMs,
  });
  if (stdout === "held") return true;
  if (stdout === "free") return false;
  const why = error?.message ?? (stdout || stderr);
  throw new Error(`whether the lock on ${file} keeps others out could not be checked: ${why}`, {
    cause: error,
  });
}

/**
 * Whether Linux lists a lock of this process on the file: the fast check, for local file systems. It reads the lists
 * of the file's own descriptors: for `/proc/locks`, the kernel holds up all locking of the machine.
 */
function isListed(file: string): boolean {
  try {
    const descriptors = readdirSync("/proc/self/fd").filter((fd) => targetOf(fd) === file);
    return descriptors.some((fd) => writeLock.test(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")));
  } catch {
    // Other systems have no such lists.
    return false;
  }
}

const writeLock = /^lock:.* POSIX +ADVISORY +WRITE /mu;

/** The path that a descriptor of this process has open; undefined if it was closed meanwhile. */
function targetOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
