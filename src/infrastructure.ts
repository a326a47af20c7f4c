import type { DestinationStream } from "pino";
import { clockSkewMonitor, elapsedClock, type ClockSkewMonitor } from "./clock-skew.ts";
import type { Config } from "./config.ts";
import type { Actor } from "./domain/actor.ts";
import type { AuditArchive } from "./domain/audit-archive.ts";
import type { AuditCheckpoints } from "./domain/audit-checkpoints.ts";
import type { Installations } from "./domain/installations.ts";
import type { Log } from "./domain/log.ts";
import type { SealedSecrets } from "./domain/sealed-secrets.ts";
import { allPermissions, noPermissions, type Authorizer } from "./domain/authorization.ts";
import type { Store } from "./domain/store.ts";
import { contextFactory, type ContextFor } from "./operations/shared/context-factory.ts";
import { idGenerator } from "./id-generator.ts";
import { logger } from "./logger.ts";
import { prometheusMetrics, type PrometheusMetrics } from "./metrics.ts";
import { keyedLocks, type WithLock } from "./operations/shared/locks.ts";
import { numberIndexes } from "./operations/numbers/number-index.ts";
import { acceptLog, type AcceptedLog } from "./sqlite/audit/accept-log.ts";
import { sqliteAuditArchive } from "./sqlite/audit/audit-archive.ts";
import { auditCheckpoints, checkpointFileOf } from "./sqlite/audit/checkpoints.ts";
import { openDatabase } from "./sqlite/connection/database.ts";
import { lockDatabase } from "./sqlite/connection/lock.ts";
import { warnOfNetworkFileSystem } from "./sqlite/connection/lock-probe.ts";
import { credentialSeal } from "./store/crypto/seal.ts";
import { sqliteInstallations, sqliteSealedSecrets, sqliteStore } from "./sqlite/store.ts";
import type { Timer } from "./domain/timer.ts";
import { machineTimer } from "./vendors/machine-timer.ts";
import { vendorAccounts, type OpenedAccounts } from "./vendors/accounts.ts";

/** The infrastructure shared by the Slack server and the command line: the store, the vendors, the log. */
export interface Infrastructure {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly accounts: OpenedAccounts;
  /** Shared locks: a change of a number and a later read of it never overlap. */
  readonly withLock: WithLock;
  /** Only in the server: no other process signs checkpoints. */
  readonly checkpoints: AuditCheckpoints | undefined;
  /** Calls the listener right after each entry that this process writes. It must not throw. */
  onAppended(listener: (workspaceId: string) => void): void;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly clock: ClockSkewMonitor;
  /** See `Context.isClockSkewed`. */
  isClockSkewed(): boolean;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  newId(prefix: string): string;
  /** See `acceptLog`. The reason is recorded. */
  acceptAuditLog(actor: Actor, reason: string): Promise<AcceptedLog>;
  /** Makes contexts: by itself for work that no Slack user requested. */
  readonly contextFor: ContextFor;
  close(): Promise<void>;
}

/** How to open the infrastructure: as the only server of the database, or next to it for the command line. */
export interface InfrastructureOptions {
  readonly lock: boolean;
  /** Where log lines go; standard output by default. */
  readonly logTo?: DestinationStream | undefined;
  /** The wall clock, for tests; the system's by default. */
  readonly now?: (() => Date) | undefined;
  /**
   * The clock for ages, for tests. By default it follows `now` if that is given, and otherwise the system's monotonic
   * clock.
   */
  readonly monotonicMs?: (() => number) | undefined;
  /** Whether the clock counts as wrong, for tests that move it. Decided by `clock` by default. */
  readonly isClockSkewed?: (() => boolean) | undefined;
  /** How work waits, for tests; with the system's timers by default. */
  readonly wait?: Timer["wait"] | undefined;
  /** The delays between reads of a number, for tests; real ones by default. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  /** See `Infrastructure.shortestEndMs`. */
  readonly shortestEndMs?: number | undefined;
  /** Whether metrics include those of the process. They do in the server, unless several apps share one process. */
  readonly processMetrics?: boolean | undefined;
}

/**
 * Opens the database and the vendors. Throws an ordinary error with a readable message if the database cannot be used
 * or is in use.
 */
export function openInfrastructure(settings: Config, options: InfrastructureOptions): Infrastructure {
  const { lock, logTo, now = machineTime, shortestEndMs } = options;
  const given = options.now;
  const wait = options.wait ?? machineTimer.wait;
  const { pause = async (ms: number) => wait(ms) } = options;
  const monotonicMs = options.monotonicMs ?? (given ? () => given().getTime() : elapsedClock());
  const log = logger(settings.logLevel, logTo);
  const seal = credentialSeal(settings.credentialKeys);
  const held = lock ? lockDatabase(settings.databasePath) : undefined;
  const db = orElse(
    () => held?.release(),
    () => openDatabase(settings.databasePath),
  );
  if (lock) warnOfNetworkFileSystem(settings.databasePath, log);
  const newId = idGenerator();
  const clock = clockSkewMonitor(now, monotonicMs);
  const isClockSkewed = options.isClockSkewed ?? (() => clock.isSkewed());
  const { databasePath, auditSigningKeyPath: keyPath } = settings;
  const checkpoints = lock
    ? auditCheckpoints(db, { file: checkpointFileOf(databasePath), keyPath, log, now, monotonicMs, clock })
    : undefined;
  const listeners = new Set<(workspaceId: string) => void>();
  const appended = (workspaceId: string, count: number): void => {
    checkpoints?.appended(workspaceId, count);
    for (const listener of listeners) listener(workspaceId);
  };
  const sources = { now, monotonicMs, newId, appended };
  const store = sqliteStore(db, seal, sources);
  const metrics = prometheusMetrics({ ofProcess: options.processMetrics ?? lock });
  const accounts = vendorAccounts({
    baseUrls: settings.vendorUrls,
    timeoutMs: settings.vendorTimeoutMs,
    timer: { now, monotonicMs, wait },
    now: () => now().getTime(),
    monotonicMs,
    onRefreshFailed: (vendor, err, connection, workspace) =>
      log.warn({ workspace, vendor, connection, err }, "list not refreshed"),
    onRequest: (vendor, { date, workspaceId: workspace, ...request }, connection) => {
      metrics.vendorRequested(vendor, request);
      clock.observe(vendor, date, request.ms);
      log.info({ ...request, workspace, vendor, connection }, "vendor request");
    },
  });
  const order = keyedLocks();
  const indexes = numberIndexes();
  // A person with a shell on the server and our own jobs have an admin's permissions. Slack knows none of them.
  const trusted: Authorizer = {
    permissions: async (actor) => (actor.kind === "user" ? noPermissions : allPermissions),
  };
  return {
    store,
    installations: sqliteInstallations(db, seal, sources),
    secrets: sqliteSealedSecrets(db, seal, sources),
    accounts,
    log,
    metrics,
    clock,
    isClockSkewed,
    withLock: order,
    checkpoints,
    onAppended: (listener) => void listeners.add(listener),
    now,
    monotonicMs,
    newId,
    acceptAuditLog: async (actor, reason) =>
      acceptLog(db, {
        file: checkpointFileOf(databasePath),
        keyPath,
        now,
        record: async (workspaceId, faults) => {
          await store.workspace(workspaceId).audit.append({
            kind: "checkpoints.accepted",
            actor,
            requestId: newId("req"),
            reason,
            details: { faults: faults.join("; ") },
            outcome: "applied",
          });
        },
      }),
    contextFor: contextFactory({
      store,
      accounts,
      authorizer: trusted,
      withLock: order,
      numberIndexes: indexes,
      log,
      metrics,
      shortestEndMs,
      isClockSkewed,
      now,
      monotonicMs,
      pause,
      newId,
    }),
    close: async () => {
      checkpoints?.makeAll();
      checkpoints?.stop();
      await store.close();
      held?.release();
    },
  };
}

/**
 * Opens the audit log of all workspaces for verification or a backup. Throws an ordinary error with a readable message
 * if it cannot be read.
 */
export function openArchive(settings: Config): AuditArchive {
  const { databasePath: path, auditSigningKeyPath: keyPath, logLevel } = settings;
  const log = logger(logLevel, process.stderr);
  return sqliteAuditArchive(openDatabase(path, { readonly: true }), { path, keyPath, log, now: machineTime });
}

const machineTime = (): Date => new Date();

/** Runs `act`, and undoes the previous step if that fails. */
function orElse<T>(takeBack: () => void, act: () => T): T {
  try {
    return act();
  } catch (error) {
    takeBack();
    throw error;
  }
}
