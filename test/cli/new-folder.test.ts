import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder } from "../../src/cli/new-file.ts";
import { temporaryFolder } from "../sqlite/support.ts";

it("makes a private folder with those above it, and takes one that is there", () => {
  const path = join(temporaryFolder(), "one", "two");
  newFolder(path, "Nothing.");
  newFolder(path, "Nothing.");
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it("says in words why there can be none", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  for (const path of [file, join(file, "below")])
    expect(() => newFolder(path, "Nothing was exported.")).toThrow(
      /^Cannot make the folder .+: E(?:EXIST|NOTDIR).+\. Nothing was exported\. Choose another one\.$/u,
    );
  expect(() => newFolder("", "Nothing was exported.")).toThrow("Name a folder with --output.");
});

it.skipIf(process.platform !== "linux")("does not try for ever where a folder takes no other one", () => {
  expect(() => newFolder("/proc/archive", "Nothing was exported.")).toThrow("Cannot make the folder");
});
