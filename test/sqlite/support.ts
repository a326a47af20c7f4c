import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { AuditEvent } from "../../src/domain/audit-log.ts";
import type { StoreDeps } from "../../src/sqlite/audit/audit-log.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/sqlite/crypto/seal.ts";
import type { Seal } from "../../src/sqlite/crypto/seal.ts";

/** A folder for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database for one test, in memory unless a path is given, closed after it. */
export function testDatabase(
  path = ":memory:",
  options: { readonly readonly?: boolean } = {},
): SqliteDatabase {
  const db = openDatabase(path, options);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

/** A seal with a key for each of the ids, newest first; the same id has the same key. */
export function testSeal(...ids: string[]): Seal {
  return credentialSeal(ids.map((id) => ({ id, key: createHash("sha256").update(id).digest() })));
}

/** A clock that goes one second further each time that it is looked at, and ids that count. */
export function testSources(start = "2026-03-01T00:00:00.000Z"): StoreDeps {
  let time = Date.parse(start);
  let count = 0;
  return {
    now: () => {
      time += 1_000;
      return new Date(time);
    },
    newId: (prefix) => `${prefix}_${(count += 1)}_${start}`,
  };
}

/** A change asked for, `n` giving it ids of its own, on the number `num_1` unless told otherwise. */
export function requested(n: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: "change.requested",
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: `req_${n}`,
    changeId: `chg_${n}`,
    change: "reassign",
    number: { connectionId: "con_1", numberId: "num_1", e164: "+14155550100", name: "Main line" },
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
    ...more,
  };
}

/** An outcome of the change that `requested(n)` asked for. */
export function outcome(n: number, how: "applied" | "refused" | "unknown"): AuditEvent {
  return requested(n, { kind: "change.outcome", outcome: how, durationMs: 12.5, vendorStatus: 200 });
}
