import type { AuditArchive, VerifyOptions } from "../domain/audit-archive.ts";
import type { ChainReport } from "../domain/audit-chain.ts";
import { walkChain } from "../domain/chain-walk.ts";
import type { WalkedEntry } from "../domain/chain-walk.ts";
import { backUp } from "./backup.ts";
import { genesisHash, rowHash } from "./chain-hash.ts";
import type { LinkColumns } from "./chain-hash.ts";
import { readCheckpoints } from "./checkpoint-file.ts";
import { checkpointFileOf } from "./checkpoints.ts";
import { prepared } from "./database.ts";
import type { SqliteDatabase } from "./database.ts";
import { publicKeys, publicPem, readIfThere } from "./signing-key.ts";
import type { CheckpointKey } from "./signing-key.ts";

/** The archive of an open database, which it closes. `path` is the database's, `keyPath` that of its signing key. */
export function sqliteAuditArchive(
  db: SqliteDatabase,
  { path, keyPath }: { readonly path: string; readonly keyPath: string },
): AuditArchive {
  const ownKeys = (): readonly CheckpointKey[] => {
    const pem = readIfThere(keyPath);
    return pem === undefined ? [] : publicKeys(pem, keyPath);
  };

  return {
    publicKey() {
      const [key] = ownKeys();
      if (key) return publicPem(key);
      throw new Error(
        `There is no key ${keyPath} yet. Start the server once, or set AUDIT_SIGNING_KEY_PATH.`,
      );
    },

    async *verify(options) {
      // The checkpoints first: one that is made while the log is read would speak of entries that are not seen.
      const text = options.checkpoints ?? readIfThere(checkpointFileOf(path)) ?? "";
      const keys =
        options.publicKeys === undefined ? ownKeys() : publicKeys(options.publicKeys, "--public-key");
      if (keys.length === 0 && text.trim() !== "") {
        const fault = `There is no key ${keyPath} to check the checkpoints with.`;
        throw new Error(`${fault} Give their public key with --public-key.`);
      }
      db.exec("BEGIN");
      try {
        yield* reports(db, options, readCheckpoints(text, keys));
      } finally {
        db.exec("ROLLBACK");
      }
    },

    backup: async (file) => backUp(db, path, file),
    close: async () => {
      db.close();
    },
  };
}

function* reports(
  db: SqliteDatabase,
  { workspaceId: only }: VerifyOptions,
  { checkpoints, forged }: ReturnType<typeof readCheckpoints>,
): Generator<ChainReport> {
  const known = prepared<{ id: string }>(db, workspaceIdsSql).all();
  const ids = new Set([...known, ...checkpoints.map(({ workspaceId: id }) => ({ id }))].map(({ id }) => id));
  const nobodys = forged.filter(({ workspaceId }) => workspaceId === undefined || !ids.has(workspaceId));
  if (nobodys.length > 0) yield withoutLog(nobodys);
  for (const workspaceId of only === undefined ? [...ids].toSorted() : [only]) {
    yield walkChain({
      workspaceId,
      entries: entriesOf(db, workspaceId),
      genesis: genesisHash(workspaceId),
      noted: prepared<{ position: number; hash: string }>(db, notedSql).get(workspaceId),
      checkpoints: checkpoints.filter((one) => one.workspaceId === workspaceId),
      forged: forged.filter((one) => one.workspaceId === workspaceId),
    });
  }
}

function withoutLog(findings: ChainReport["findings"]): ChainReport {
  return {
    workspaceId: undefined,
    verdict: "forged",
    entries: 0,
    checkpoints: 0,
    lastCheckpoint: undefined,
    findings: findings.slice(0, 100),
    found: findings.length,
  };
}

type StoredRow = LinkColumns & Readonly<Record<string, unknown>> & { readonly sequence: number };

// Every column, also one that does not exist yet in this version: what is stored is what is hashed.
const entriesSql = "SELECT * FROM audit_entries WHERE workspace_id = ? ORDER BY sequence";
const notedSql = "SELECT position, hash FROM audit_heads WHERE workspace_id = ?";
const workspaceIdsSql = `
  SELECT DISTINCT workspace_id AS id FROM audit_entries UNION SELECT workspace_id FROM audit_heads`;

function* entriesOf(db: SqliteDatabase, workspaceId: string): Generator<WalkedEntry> {
  for (const row of db.prepare<[string], StoredRow>(entriesSql).iterate(workspaceId)) {
    const { sequence, position, previous_hash: previousHash, hash } = row;
    yield { sequence, position, previousHash, hash, actualHash: rowHash(row) };
  }
}
