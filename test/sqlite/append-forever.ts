// Runs as a separate process: appends changes until it is killed, and prints each sequence once the entry is stored.
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { sqliteAuditLog } from "./support.ts";

const [, , path = ""] = process.argv;
let count = 0;
const log = sqliteAuditLog(openDatabase(path), "T1", {
  now: () => new Date(),
  newId: (prefix) => `${prefix}_${(count += 1)}`,
});
for (let n = 1; ; n += 1) {
  const entry = await log.append({
    kind: "change.requested",
    actor: { kind: "system", job: "test" },
    requestId: `req_${n}`,
    changeId: `chg_${n}`,
  });
  process.stdout.write(`${entry.sequence}\n`);
}
