import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backUp } from "../../../src/sqlite/audit/backup.ts";
import { auditCheckpoints, checkpointFileOf } from "../../../src/sqlite/audit/checkpoints.ts";
import { requested, testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, sqliteAuditLog } from "../support.ts";

test("leaves no file that others can read, even if one was readable before", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "patchbay.db");
  const before = process.umask(0);
  try {
    // As an earlier version or person may have left them.
    for (const name of [path, checkpointFileOf(path)]) {
      writeFileSync(name, "");
      chmodSync(name, 0o644);
    }
    const db = testDatabase(path);
    await sqliteAuditLog(db, "T1", testSources()).append(requested(1));
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const checkpoints = auditCheckpoints(db, {
      file: checkpointFileOf(path),
      keyPath: join(folder, "key.pem"),
      log,
      now: () => new Date(),
      every: () => () => undefined,
    });
    await checkpoints.makeDue();
    await backUp(db, path, join(folder, "copy.db"));
  } finally {
    process.umask(before);
  }
  const names = readdirSync(folder).toSorted();
  expect(names).toEqual(
    expect.arrayContaining([
      "copy.db",
      "copy.db.checkpoints.jsonl",
      "key.pem",
      "patchbay.db.checkpoints.jsonl",
    ]),
  );
  for (const name of names) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
});
