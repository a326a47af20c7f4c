import { expect, it } from "vitest";
import { warnOfFileSystem } from "../../../src/sqlite/connection/file-system.ts";

const mounts = [
  "20 1 0:30 / / rw,relatime - overlay overlay rw,lowerdir=/l",
  "21 20 8:1 /volumes/data /data rw,relatime - ext4 /dev/sda1 rw",
  "22 20 0:31 / /mnt/my\\040share rw,relatime shared:9 - nfs4 nas:/export rw,vers=4.2",
  "23 20 0:32 / /tmp rw - tmpfs tmpfs rw",
].join("\n");

function warningsFor(path: string): unknown[] {
  const warnings: unknown[] = [];
  const log = {
    info: () => undefined,
    error: () => undefined,
    warn: (fields: unknown, message: string) => void warnings.push([fields, message]),
  };
  warnOfFileSystem(path, log, mounts);
  return warnings;
}

it("warns about a database inside a container, without a volume", () => {
  const warning = "the database is inside the container and will be lost with it; mount a volume for it";
  for (const path of ["/patchbay.db", "/database/patchbay.db"])
    expect(warningsFor(path)).toEqual([[{ fileSystem: "overlay" }, warning]]);
});

it("warns about a network file system", () => {
  const warning = "the database is on a network file system; move it to a local disk";
  expect(warningsFor("/mnt/my share/patchbay.db")).toEqual([[{ fileSystem: "nfs4" }, warning]]);
});

it("says nothing about a volume", () => {
  expect(warningsFor("/data/patchbay.db")).toEqual([]);
});
