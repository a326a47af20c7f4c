import type { AuditArchive, VerifyOptions } from "../../domain/audit/audit-archive.ts";
import type { ChainFinding, ChainReport } from "../../domain/audit/audit-chain.ts";
import {
  chainVerifier,
  reportWithoutLog,
  type ChainVerifier,
  type ScannedEntry,
} from "../../domain/audit/verify-chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { backUp } from "./backup.ts";
import { genesisHash, rowHash } from "../../store/crypto/chain-hash.ts";
import type { LinkColumns } from "../../store/crypto/chain-hash.ts";
import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import { publicKeys, publicPem, type CheckpointKey } from "../../store/checkpoints/checkpoint-key.ts";
import { readCheckpoints } from "../../store/checkpoints/checkpoint-line.ts";
import { auditOrder } from "../../store/audit/audit-row.ts";
import { heldSql, newestAnchorsSql, startOf, type AnchorRow } from "../../store/checkpoints/anchors.ts";
import { databaseFaults } from "../connection/integrity.ts";
import { checkpointState } from "./checkpoint-state.ts";
import { auditCheckpoints, checkpointFileOf } from "./checkpoints.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { keyAge } from "./signing-key.ts";

/** Where the database and the signing key are, and what signs and logs before a backup. */
export interface ArchiveOptions {
  readonly path: string;
  readonly keyPath: string;
  /** Without it, nothing is signed. */
  readonly log?: Log | undefined;
  readonly now?: (() => Date) | undefined;
}

/** The archive of an open database. It closes the database. */
export function sqliteAuditArchive(
  db: SqliteDatabase,
  { path, keyPath, log, now = () => new Date() }: ArchiveOptions,
): AuditArchive {
  const file = checkpointFileOf(path);
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
      // Checkpoints are read first: one made while the log is read would cover entries that were not read.
      const text = options.checkpoints ?? readIfThere(file) ?? "";
      const keys =
        options.publicKeys === undefined ? ownKeys() : publicKeys(options.publicKeys, "--public-key");
      if (keys.length === 0 && text.trim() !== "") {
        const fault = `There is no key ${keyPath} to check the checkpoints with.`;
        throw new Error(`${fault} Give their public key with --public-key.`);
      }
      db.exec("BEGIN");
      try {
        yield* reports(db, options, { ...readCheckpoints(text, keys), keys });
      } finally {
        db.exec("ROLLBACK");
      }
    },

    databaseFaults: async () => databaseFaults(db).map(({ words }) => words),

    async checkpointFaults() {
      const [key] = ownKeys();
      if (!key) return [];
      const { faults } = checkpointState(db, readIfThere(file) ?? "", key, keyAge(keyPath));
      return faults.map(({ workspaceId, words }) => (workspaceId ? `${workspaceId}: ${words}` : words));
    },

    unsignedReason: () => undefined,

    async backup(target) {
      // So that checkpoints cover the whole copy. Without the key, the existing checkpoints are copied.
      if (log && ownKeys().length > 0)
        await auditCheckpoints(db, { file, keyPath, log, now, every: () => () => undefined }).makeAll();
      return backUp(db, path, target);
    },
    close: async () => {
      db.close();
    },
  };
}

interface Found extends ChainFinding {
  readonly workspaceId: string | undefined;
}

function* reports(
  db: SqliteDatabase,
  { workspaceId: only }: VerifyOptions,
  {
    checkpoints,
    forged,
    keys,
  }: ReturnType<typeof readCheckpoints> & { readonly keys: readonly CheckpointKey[] },
): Generator<ChainReport> {
  const starts = new Map(
    prepared<AnchorRow>(db, newestAnchorsSql)
      .all()
      .map((row) => [row.workspaceId, { row, ...startOf(row, keys) }]),
  );
  const held = new Set(
    prepared<{ workspaceId: string }>(db, heldSql)
      .all()
      .map(({ workspaceId }) => workspaceId),
  );
  const unsigned = [...starts].flatMap(([workspaceId, { row, fault }]): Found[] =>
    fault === undefined ? [] : [{ verdict: "forged", position: row.count, words: fault, workspaceId }],
  );
  const besides: readonly Found[] = [...forged, ...unsigned, ...hiddenIn(db)];
  const noted = new Map(
    prepared<Noted>(db, notedSql)
      .all()
      .map((row) => [row.workspaceId, row]),
  );
  const walkers = new Map<string, ChainVerifier>();
  const walkerOf = (workspaceId: string): ChainVerifier => {
    const known = walkers.get(workspaceId);
    if (known) return known;
    const walker = chainVerifier({
      workspaceId,
      genesis: genesisHash(workspaceId),
      anchor: starts.get(workspaceId)?.anchor,
      isHeld: held.has(workspaceId),
      noted: noted.get(workspaceId),
      checkpoints: checkpoints.filter((one) => one.workspaceId === workspaceId),
      otherFindings: besides.filter((one) => one.workspaceId === workspaceId),
    });
    walkers.set(workspaceId, walker);
    return walker;
  };
  for (const { workspaceId, entry } of storedEntries(db, only)) walkerOf(workspaceId).pass(entry);
  if (only === undefined) {
    for (const { workspaceId } of [...noted.values(), ...checkpoints]) walkerOf(workspaceId);
  } else walkerOf(only);
  const nobodys = besides.filter(
    ({ workspaceId: id }) => id === undefined || (only === undefined && !walkers.has(id)),
  );
  if (nobodys.length > 0) yield reportWithoutLog(nobodys);
  for (const [, walker] of [...walkers].toSorted(([a], [b]) => (a < b ? -1 : 1))) yield walker.report();
}

/** Entries that the database stores but does not return, by workspace. */
function hiddenIn(db: SqliteDatabase): readonly Found[] {
  return databaseFaults(db).map(({ words, entry }) => ({
    verdict: "hidden",
    words,
    position: entry?.position,
    workspaceId: entry?.workspaceId,
  }));
}

type StoredRow = LinkColumns &
  Readonly<Record<string, unknown>> & { readonly sequence: number; readonly workspace_id: string };

interface Noted {
  readonly workspaceId: string;
  readonly position: number;
  readonly hash: string;
}

// Every column, also those of later versions, because the hash covers what is stored. NOT INDEXED, because an index may
// omit rows that somebody wants to hide.
const entriesSql = "SELECT * FROM audit_entries NOT INDEXED ORDER BY sequence";
const entriesOfSql = "SELECT * FROM audit_entries NOT INDEXED WHERE workspace_id = ? ORDER BY sequence";
const notedSql = "SELECT workspace_id AS workspaceId, position, hash FROM audit_heads NOT INDEXED";

function* storedEntries(
  db: SqliteDatabase,
  only: string | undefined,
): Generator<{ readonly workspaceId: string; readonly entry: ScannedEntry }> {
  const rows =
    only === undefined
      ? db.prepare<[], StoredRow>(entriesSql).iterate()
      : db.prepare<[string], StoredRow>(entriesOfSql).iterate(only);
  for (const row of rows) {
    const { sequence, position, previous_hash: previousHash, hash } = row;
    const entry = { sequence, position, previousHash, hash, actualHash: rowHash(row, auditOrder) };
    yield { workspaceId: row.workspace_id, entry };
  }
}
