import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import { publicPem } from "../../../src/store/checkpoints/checkpoint-key.ts";
import { signingKey } from "../../../src/sqlite/audit/signing-key.ts";
import { checkpointAt, checkpointText, fillLogs } from "./chain-support.ts";
import { temporaryFolder, testDatabase } from "../support.ts";

function archiveOf(path: string) {
  return sqliteAuditArchive(testDatabase(path, { readonly: true }), {
    path,
    keyPath: `${path}.audit-key.pem`,
  });
}

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test("copies database and checkpoints, readable by their owner only, and the copy verifies", async () => {
  const folder = temporaryFolder();
  const [path, copy] = [join(folder, "patchbay.db"), join(folder, "copy.db")];
  const db = testDatabase(path);
  const key = signingKey(`${path}.audit-key.pem`, () => true);
  await fillLogs(db, ["T1", "T2"], 5);
  writeFileSync(checkpointFileOf(path), `${checkpointText(key, [checkpointAt(db, "T1", 4)])}{"torn`);
  const report = await archiveOf(path).backup(copy);
  expect(report).toEqual({ bytes: statSync(copy).size, checkpointFile: checkpointFileOf(copy) });
  expect([copy, checkpointFileOf(copy)].map(modeOf)).toEqual(["600", "600"]);
  expect(readFileSync(checkpointFileOf(copy), "utf8")).toMatch(/^\{.*\}\n$/u);
  const found: unknown[] = [];
  for await (const one of archiveOf(copy).verify({ publicKeys: publicPem(key) }))
    found.push([one.workspaceId, one.verdict, one.entries, one.checkpoints]);
  expect(found).toEqual([
    ["T1", "intact", 5, 1],
    ["T2", "intact", 5, 0],
  ]);
});

test("overwrites no database and no checkpoints", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "patchbay.db");
  testDatabase(path);
  writeFileSync(checkpointFileOf(path), "");
  writeFileSync(join(folder, "a.db"), "mine");
  await expect(archiveOf(path).backup(join(folder, "a.db"))).rejects.toThrow("is there already");
  expect(readFileSync(join(folder, "a.db"), "utf8")).toBe("mine");
  writeFileSync(checkpointFileOf(join(folder, "b.db")), "mine");
  await expect(archiveOf(path).backup(join(folder, "b.db"))).rejects.toThrow("is there already");
  expect(existsSync(join(folder, "b.db"))).toBe(false);
  expect(readFileSync(checkpointFileOf(join(folder, "b.db")), "utf8")).toBe("mine");
  await expect(archiveOf(path).backup(path)).rejects.toThrow("is there already");
});
