import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import type { Checkpoint, ChainReport } from "../../../src/domain/audit/audit-chain.ts";
import type { VerifyOptions } from "../../../src/domain/audit/audit-archive.ts";
import { sqliteAuditArchive } from "../../../src/sqlite/audit/audit-archive.ts";
import { genesisHash, linkColumns } from "../../../src/store/crypto/chain-hash.ts";
import { checkpointLine } from "../../../src/store/checkpoints/checkpoint-line.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { publicPem } from "../../../src/store/checkpoints/checkpoint-key.ts";
import { signingKey } from "../../../src/sqlite/audit/signing-key.ts";
import type { SigningKey } from "../../../src/store/checkpoints/checkpoint-key.ts";
import { requested, testSources } from "../../store/events.ts";
import { temporaryFolder, sqliteAuditLog } from "../support.ts";

/** A signing key in this test's own folder. */
export function testKey(): SigningKey {
  return signingKey(join(temporaryFolder(), "audit-key.pem"), () => true);
}

/** A signing key of nobody. */
export function strangersKey(): SigningKey {
  const path = join(temporaryFolder(), "strange.pem");
  writeFileSync(path, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
  return signingKey(path, () => false);
}

/** Appends changes to several workspaces in turn, so that their sequences are interleaved. */
export async function fillLogs(
  db: SqliteDatabase,
  workspaceIds: readonly string[],
  each: number,
): Promise<void> {
  const sources = testSources(`2026-03-01T00:00:00.${100 + workspaceIds.join("").length}Z`);
  for (let n = 1; n <= each; n += 1) {
    for (const id of workspaceIds) {
      await sqliteAuditLog(db, id, sources).append(
        requested(n, { reason: `because of ${n}`, durationMs: n }),
      );
    }
  }
}

/** Removes the safeguards, as anybody with the file can. */
export function disarm(db: Database.Database): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of names) db.exec(`DROP TRIGGER ${name}`);
  db.exec("DROP INDEX audit_requests");
  db.pragma("ignore_check_constraints = ON");
}

/** A row of the log, as it is stored. */
export type StoredRow = Record<string, unknown> & {
  sequence: number;
  position: number;
  previous_hash: string;
  hash: string;
};

/** The rows of one workspace, oldest first. */
export function rowsOf(db: Database.Database, workspaceId: string): StoredRow[] {
  const sql = "SELECT * FROM audit_entries WHERE workspace_id = ? ORDER BY sequence";
  return db.prepare<[string], StoredRow>(sql).all(workspaceId);
}

/** Replaces the row with that sequence, or inserts it, unchanged. */
export function store(db: Database.Database, row: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(row);
  db.prepare(
    `INSERT OR REPLACE INTO audit_entries (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`,
  ).run(row);
}

/** Replaces a row with other contents, chained to the given predecessor. */
export function storeTied(
  db: Database.Database,
  row: StoredRow,
  other: Readonly<Record<string, unknown>>,
  before = { position: row.position - 1, hash: row.previous_hash },
): void {
  const { position: _position, previous_hash: _previous, hash: _hash, ...content } = { ...row, ...other };
  store(db, { ...content, ...linkColumns(content, before) });
}

/** Recomputes the chain of a workspace and its note of the newest entry, as an attacker could. */
export function tieAnew(db: Database.Database, workspaceId: string): void {
  let newest = { position: 0, hash: genesisHash(workspaceId) };
  for (const row of rowsOf(db, workspaceId)) {
    storeTied(db, row, {}, newest);
    newest = rowsOf(db, workspaceId)[newest.position] ?? newest;
  }
  db.prepare("UPDATE audit_heads SET position = ?, hash = ? WHERE workspace_id = ?").run(
    newest.position,
    newest.hash,
    workspaceId,
  );
}

/** A checkpoint of the log as it is at that position. */
export function checkpointAt(db: Database.Database, workspaceId: string, count: number): Checkpoint {
  const row = rowsOf(db, workspaceId)[count - 1];
  if (!row) throw new Error(`there is no entry ${count}`);
  return { workspaceId, count, sequence: row.sequence, head: row.hash, at: "2026-03-01T10:00:00.000Z" };
}

/** Checkpoints as in the file. */
export function checkpointText(key: SigningKey, checkpoints: readonly Checkpoint[]): string {
  return checkpoints.map((one) => `${checkpointLine(one, key)}\n`).join("");
}

/** Verifies a database with these checkpoints and this key. Reports removed safeguards only on request. */
export async function verified(
  db: SqliteDatabase,
  key: SigningKey,
  checkpoints: readonly Checkpoint[] | string = [],
  { schema = false, ...options }: VerifyOptions & { readonly schema?: boolean } = {},
): Promise<ChainReport[]> {
  const archive = sqliteAuditArchive(db, { path: "nowhere.db", keyPath: "nowhere.pem" });
  const text = typeof checkpoints === "string" ? checkpoints : checkpointText(key, checkpoints);
  const reports: ChainReport[] = [];
  for await (const report of archive.verify({ publicKeys: publicPem(key), checkpoints: text, ...options }))
    if (schema || report.workspaceId !== undefined || report.verdict !== "hidden") reports.push(report);
  return reports;
}
