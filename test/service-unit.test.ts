import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const document = readFileSync(new URL("../docs/operations.md", import.meta.url), "utf8");
const unit = /```ini\n(?:#[^\n]*\n)?([\s\S]*?)```/u.exec(document)?.[1] ?? "";

// O16
it("the systemd unit of the documents starts the server itself, and opens little of the machine", ({
  skip,
}) => {
  expect(unit).toContain("ExecStart=/usr/bin/node dist/main.js start\n");
  // Node compiles while it runs.
  expect(unit).not.toContain("MemoryDenyWriteExecute=true");
  const folder = mkdtempSync(join(tmpdir(), "patchbay-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "patchbay.service");
  writeFileSync(file, unit);
  const { status, stdout, error } = spawnSync("systemd-analyze", ["security", "--offline=true", file], {
    encoding: "utf8",
  });
  if (error) return skip("systemd-analyze, which says how open a unit is, is not on this machine");
  expect(status).toBe(0);
  const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/u.exec(stdout)?.[1]);
  expect(exposure).toBeLessThan(2);
});
