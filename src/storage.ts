import { sqliteKeyPath, type Config } from "./config.ts";
import type { Clocks } from "./domain/shared/age.ts";
import type { AcceptedLog, AuditCheckpoints, RecordAcceptance } from "./domain/audit/audit-checkpoints.ts";
import type { Installations } from "./domain/ports/installations.ts";
import { processLocks, type Locks } from "./domain/ports/locks.ts";
import type { Log } from "./domain/ports/log.ts";
import type { Replicas } from "./domain/ports/replicas.ts";
import type { Retention } from "./domain/ports/retention.ts";
import type { SealedSecrets } from "./domain/ports/sealed-secrets.ts";
import type { Store } from "./domain/ports/store.ts";
import { acceptPostgresLog } from "./postgres/audit/accept-log.ts";
import { postgresCheckpoints } from "./postgres/audit/checkpoints.ts";
import { sharedSigningKey } from "./postgres/audit/postgres-key.ts";
import type { OpenedPostgres } from "./postgres/open-postgres.ts";
import { acceptLog } from "./sqlite/audit/accept-log.ts";
import { auditCheckpoints, checkpointFileOf } from "./sqlite/audit/checkpoints.ts";
import { openDatabase } from "./sqlite/connection/database.ts";
import { warnOfFileSystem } from "./sqlite/connection/file-system.ts";
import { lockDatabase } from "./sqlite/connection/lock.ts";
import { sqliteInstallations, sqliteRetention, sqliteSealedSecrets, sqliteStore } from "./sqlite/store.ts";
import type { StoreDeps } from "./store/audit/append-entry.ts";
import { sealedPeople } from "./store/audit/people.ts";
import { timer } from "./store/checkpoints/signing-times.ts";
import { credentialSeal } from "./store/crypto/seal.ts";
import { storedInstallations } from "./store/installation/installations.ts";
import { storedSealedSecrets } from "./store/secrets/sealed-secrets.ts";
import { storedRetention } from "./store/retention/retention.ts";
import { databaseStore } from "./store/store.ts";

/** What either database keeps. */
export interface Storage {
  readonly store: Store;
  /** Across all processes that may use the database next to a server. */
  readonly locks: Locks;
  /** The servers that use the database; undefined where there can be only one. */
  readonly replicas: Replicas | undefined;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  /** Only the server signs checkpoints. */
  readonly checkpoints: AuditCheckpoints | undefined;
  readonly retention: Retention;
  /** See `acceptLog`. */
  acceptLog(record: RecordAcceptance): Promise<AcceptedLog>;
  close(): Promise<void>;
}

/** How storage is opened. */
export interface StorageOptions {
  /** The server locks the database; the command line works next to it. */
  readonly lock: boolean;
  readonly log: Log;
  readonly clock: Clocks["clock"];
  readonly sources: StoreDeps & { monotonicMs(): number };
}

/** A SQLite file. Throws an error with a readable message if it cannot be used or is in use. */
export function sqliteStorage(settings: Config, options: StorageOptions): Storage {
  const { lock, log, clock, sources } = options;
  const { databasePath } = settings;
  const keyPath = sqliteKeyPath(settings);
  const { now, monotonicMs } = sources;
  const seal = credentialSeal(settings.credentialKeys);
  const people = sealedPeople(seal);
  const held = lock ? lockDatabase(databasePath) : undefined;
  const db = orElse(
    () => held?.release(),
    () => openDatabase(databasePath),
  );
  if (lock) warnOfFileSystem(databasePath, log);
  const file = checkpointFileOf(databasePath);
  const checkpoints = lock
    ? auditCheckpoints(db, { file, keyPath, log, now, monotonicMs, clock })
    : undefined;
  const appended: StoreDeps["appended"] = (workspaceId, count, event) => {
    checkpoints?.appended(workspaceId, count);
    sources.appended?.(workspaceId, count, event);
  };
  const signed = { ...sources, appended, people };
  const store = sqliteStore(db, seal, signed);
  return {
    store,
    locks: processLocks(),
    replicas: undefined,
    installations: sqliteInstallations(db, seal, signed),
    secrets: sqliteSealedSecrets(db, seal, signed),
    retention: sqliteRetention(db, signed, keyPath),
    checkpoints,
    acceptLog: async (record) => acceptLog(db, { file, keyPath, now, record }),
    close: async () => {
      await checkpoints?.makeAll();
      checkpoints?.stop();
      await store.close();
      held?.release();
    },
  };
}

/** A PostgreSQL database that was opened. Throws an error with a readable message if the signing key cannot be read. */
export function postgresStorage(
  { database, locks, replicas, close }: OpenedPostgres,
  settings: Config,
  { lock, log, clock, sources: given }: StorageOptions,
): Storage {
  const seal = credentialSeal(settings.credentialKeys);
  const sources = { ...given, people: sealedPeople(seal) };
  const { auditSigningKeyPath: keyPath, auditCheckpointsPath: file } = settings;
  if (lock && keyPath === undefined)
    log.warn({}, "audit log is not signed: AUDIT_SIGNING_KEY_PATH is not set");
  const checkpoints =
    lock && keyPath !== undefined
      ? postgresCheckpoints({
          database,
          key: sharedSigningKey(keyPath),
          file,
          log,
          ...(clock ? { clock } : {}),
          now: sources.now,
          monotonicMs: sources.monotonicMs,
          isLast: async () => (await replicas.live()).length <= 1,
          every: timer,
        })
      : undefined;
  return {
    store: databaseStore(database, seal, sources),
    locks,
    replicas,
    installations: storedInstallations(database, seal, sources),
    secrets: storedSealedSecrets(database, seal, sources),
    retention: storedRetention(database, sources, () =>
      keyPath === undefined ? undefined : sharedSigningKey(keyPath),
    ),
    checkpoints,
    acceptLog: async (record) => {
      if (keyPath === undefined)
        throw new Error(
          "Nothing signs this audit log. Set AUDIT_SIGNING_KEY_PATH to the key that the servers sign with.",
        );
      return acceptPostgresLog(database, { key: sharedSigningKey(keyPath), file, log, record });
    },
    close: async () => {
      checkpoints?.stop();
      await close();
    },
  };
}

/** Runs `act`, and undoes the previous step if that fails. */
function orElse<T>(takeBack: () => void, act: () => T): T {
  try {
    return act();
  } catch (error) {
    takeBack();
    throw error;
  }
}

/**
 * How long a server that ends keeps its locks on PostgreSQL, in milliseconds. After each renewal, an update has twice the
 * time that it may take.
 */
export function lockLeaseMs({ vendorTimeoutMs }: Config): number {
  return Math.max(30_000, 3 * vendorTimeoutMs);
}
