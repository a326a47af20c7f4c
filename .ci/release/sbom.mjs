// The software bill of materials of a release, as CycloneDX and as SPDX. npm makes both of the lock file.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";

/**
 * Both bills of the package in the folder. Where npm takes the time and random numbers, they have the commit's time and
 * numbers made of the tarball.
 */
export function sboms(folder, tarball) {
  const digest = createHash("sha256").update(tarball).digest("hex");
  const made = (kind) => {
    const args = [
      "sbom",
      "--package-lock-only",
      "--omit=dev",
      "--sbom-type=application",
      `--sbom-format=${kind}`,
    ];
    return (
      execFileSync("npm", args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, committedAt())
        .replaceAll(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/gu, uuidOf(digest))
        // The npm registry has another project's package of this name, whose faults are not ours.
        .replaceAll("pkg:npm/patchbay@", "pkg:generic/patchbay@")
    );
  };
  return [
    { kind: "cdx", text: made("cyclonedx") },
    { kind: "spdx", text: made("spdx") },
  ];
}

const committedAt = () =>
  new Date(execFileSync("git", ["log", "-1", "--format=%cI"], { encoding: "utf8" }).trim())
    .toISOString()
    .replace(/\.\d+/u, "");

/** A UUID of version 8, whose bits anyone may choose. */
const uuidOf = (hex) =>
  [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
