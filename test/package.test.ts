import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const makeExecutable = join(root, ".ci/make-executable.mjs");

it("lets the built command be executed, as npx does", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(scripts.build).toMatch(/ && node \.ci\/make-executable\.mjs$/u);
  const folder = mkdtempSync(join(tmpdir(), "package-"));
  try {
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    mkdirSync(join(folder, "dist"));
    const command = join(folder, "dist/main.js");
    writeFileSync(command, "#!/usr/bin/env node\nprocess.stdout.write('ran');\n", { mode: 0o644 });
    execFileSync(process.execPath, [makeExecutable], { cwd: folder });
    expect(statSync(command).mode & 0o111).toBe(0o111);
    expect(execFileSync(command, { encoding: "utf8" })).toBe("ran");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
