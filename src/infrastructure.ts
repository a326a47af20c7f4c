import type { DestinationStream } from "pino";
import { clockSkewMonitor, elapsedClock, type ClockSkewMonitor } from "./clock-skew.ts";
import type { Config } from "./config.ts";
import type { Actor } from "./domain/actor.ts";
import type { AuditArchive } from "./domain/audit-archive.ts";
import type { AuditCheckpoints } from "./domain/audit-checkpoints.ts";
import type { Installations } from "./domain/installations.ts";
import { logAbout, type Log } from "./domain/log.ts";
import type { SealedSecrets } from "./domain/sealed-secrets.ts";
import { allPermissions, noPermissions, type Authorizer } from "./domain/authorization.ts";
import type { Store } from "./domain/store.ts";
import type { Context } from "./operations/shared/context.ts";
import { idGenerator } from "./id-generator.ts";
import { logger } from "./logger.ts";
import { prometheusMetrics, type PrometheusMetrics } from "./metrics.ts";
import { keyedLocks, type WithLock } from "./operations/shared/locks.ts";
import { numberIndexes } from "./operations/numbers/number-index.ts";
import type { NumberIndexes } from "./operations/shared/number-indexes.ts";
import { acceptLog, type AcceptedLog } from "./sqlite/audit/accept-log.ts";
import { sqliteAuditArchive } from "./sqlite/audit/audit-archive.ts";
import { auditCheckpoints, checkpointFileOf } from "./sqlite/audit/checkpoints.ts";
import { openDatabase } from "./sqlite/connection/database.ts";
import { sqliteInstallations } from "./sqlite/secrets/installations.ts";
import { lockDatabase } from "./sqlite/connection/lock.ts";
import { warnOfNetworkFileSystem } from "./sqlite/connection/lock-probe.ts";
import { credentialSeal } from "./sqlite/crypto/seal.ts";
import { sqliteSealedSecrets } from "./sqlite/secrets/sealed-secrets.ts";
import { sqliteStore } from "./sqlite/store.ts";
import type { Timer } from "./domain/timer.ts";
import { machineTimer } from "./vendors/machine-timer.ts";
import { vendorAccounts, type OpenedAccounts } from "./vendors/accounts.ts";

/** What the Slack server and the command line stand on: the store, the vendors, the log. The command line uses it without the rest. */
export interface Infrastructure {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly accounts: OpenedAccounts;
  /** One queue for the Slack server and the command line: a change and a later look at the same number never overlap. */
  readonly withLock: WithLock;
  readonly numberIndexes: NumberIndexes;
  /** The server's alone: nobody beside it signs checkpoints. */
  readonly checkpoints: AuditCheckpoints | undefined;
  /** Tells of each entry that this process has written, right after it. The listener must not throw. */
  onAppended(listener: (workspaceId: string) => void): void;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly clock: ClockSkewMonitor;
  /** See `Context.isClockSkewed`. */
  isClockSkewed(): boolean;
  /** Another shortest time for changes that end by themselves, in milliseconds; for a demo. */
  readonly shortestEndMs: number | undefined;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** See `Context.pause`. */
  pause(ms: number): Promise<void>;
  newId(prefix: string): string;
  /** See `acceptLog`; the reason goes on record. */
  acceptAuditLog(actor: Actor, reason: string): Promise<AcceptedLog>;
  /** A context for work that no Slack user asked for. */
  contextFor(workspaceId: string, actor: Actor): Context;
  close(): Promise<void>;
}

/** How the infrastructure is laid: alone on the database for the server, beside it for the command line. */
export interface InfrastructureOptions {
  readonly lock: boolean;
  /** Where log lines go; standard output when it is not given. */
  readonly logTo?: DestinationStream | undefined;
  /** The clock, for a test; the machine's unless given. */
  readonly now?: (() => Date) | undefined;
  /** Ages, for a test; they follow `now` where that is given, the machine's monotonic clock otherwise. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Whether nothing may end by the clock, for a test that moves it by hand; as `clock` says unless given. */
  readonly isClockSkewed?: (() => boolean) | undefined;
  /** How work waits, for a test; by the machine's timers unless given. */
  readonly wait?: Timer["wait"] | undefined;
  /** Waits between two looks at a number, for a test; real ones unless given. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  /** See `Infrastructure.minExpiryMs`. */
  readonly shortestEndMs?: number | undefined;
  /** Whether metrics include those of the process: the server's do, unless many apps run in one process. */
  readonly processMetrics?: boolean | undefined;
}

/** Opens database and vendors. Throws an error in words when the database cannot be used or is in use. */
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
      metrics.vendorAsked(vendor, request);
      clock.observe(vendor, date, request.ms);
      log.info({ ...request, workspace, vendor, connection }, "vendor request");
    },
  });
  const order = keyedLocks();
  const indexes = numberIndexes();
  // The person who has a shell on the server, and our own jobs, may do what an admin may; Slack knows none of them.
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
    shortestEndMs,
    withLock: order,
    numberIndexes: indexes,
    checkpoints,
    onAppended: (listener) => void listeners.add(listener),
    now,
    monotonicMs,
    pause,
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
    contextFor: (workspaceId, actor) => ({
      workspace: store.workspace(workspaceId),
      actor,
      requestId: newId("req"),
      accounts,
      authorizer: trusted,
      withLock: order,
      numberIndexes: indexes,
      log: logAbout(log, { workspace: workspaceId }),
      metrics,
      shortestEndMs,
      // The person who has no settler beside it leaves this to the server, which takes up what is unsettled when it starts.
      reconcileLater: () => undefined,
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

/** Opens the audit log of all workspaces to be verified or copied. Throws an error in words when it cannot be read. */
export function openArchive(settings: Config): AuditArchive {
  const { databasePath: path, auditSigningKeyPath: keyPath, logLevel } = settings;
  const log = logger(logLevel, process.stderr);
  return sqliteAuditArchive(openDatabase(path, { readonly: true }), { path, keyPath, log, now: machineTime });
}

const machineTime = (): Date => new Date();

/** Does something, and takes back what came before it when it fails. */
function orElse<T>(takeBack: () => void, act: () => T): T {
  try {
    return act();
  } catch (error) {
    takeBack();
    throw error;
  }
}
