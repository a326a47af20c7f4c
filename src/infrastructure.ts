import type { DestinationStream } from "pino";
import { clockSkewMonitor, elapsedClock, type ClockSkewMonitor } from "./clock-skew.ts";
import type { Config } from "./config.ts";
import type { Actor } from "./domain/shared/actor.ts";
import type { AcceptedLog, AuditCheckpoints } from "./domain/audit/audit-checkpoints.ts";
import type { AuditEvent } from "./domain/audit/audit-log.ts";
import type { Installations } from "./domain/ports/installations.ts";
import type { Locks } from "./domain/ports/locks.ts";
import type { Log } from "./domain/ports/log.ts";
import { noTracer, type Tracer } from "./domain/ports/tracer.ts";
import type { SealedSecrets } from "./domain/ports/sealed-secrets.ts";
import { localAuthorizer } from "./domain/access/authorization.ts";
import type { OnCallTools } from "./domain/access/on-call.ts";
import type { NoteSender } from "./domain/alerts/note-sender.ts";
import type { WebhookSender } from "./domain/webhooks/webhook-sender.ts";
import type { Store } from "./domain/ports/store.ts";
import { contextFactory, type ContextFor } from "./operations/shared/context-factory.ts";
import { idGenerator } from "./id-generator.ts";
import { logger } from "./logger.ts";
import { prometheusMetrics, type PrometheusMetrics } from "./metrics.ts";
import { numberIndexes } from "./operations/numbers/number-index.ts";
import { defaultPatientMs } from "./operations/shared/context.ts";
import type { StoreDeps } from "./store/audit/append-entry.ts";
import type { Timer } from "./domain/shared/timer.ts";
import { postgresStorage, sqliteStorage, type Storage, lockLeaseMs } from "./storage.ts";
import { openPostgres, type OpenedPostgres } from "./postgres/open-postgres.ts";
import { machineTimer } from "./vendors/machine-timer.ts";
import { webOnCallTools } from "./webhooks/on-call/on-call-tools.ts";
import { noteSender } from "./webhooks/send-note.ts";
import { webhookSender } from "./webhooks/send-webhook.ts";
import { traceVendorRequest } from "./trace-vendor-request.ts";
import { vendorAccounts, type OpenedAccounts } from "./vendors/accounts.ts";

/** Called for each new entry. For some, it learns only that there is one. */
export type AppendedListener = (workspaceId: string, event: AuditEvent | undefined) => void;

/** The infrastructure shared by the Slack server and the command line: the store, the vendors, the log. */
export interface Infrastructure {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
  readonly retention: Storage["retention"];
  readonly accounts: OpenedAccounts;
  readonly webhookSender: WebhookSender;
  readonly noteSender: NoteSender;
  readonly onCallTools: OnCallTools;
  /** Shared locks: a change of a number and a later read of it never overlap. */
  readonly locks: Locks;
  readonly replicas: Storage["replicas"];
  /** How long a server that ends keeps its locks, in milliseconds: 0 if no other one can need them. */
  readonly lockLeaseMs: number;
  /** Only in servers: no other process signs checkpoints. */
  readonly checkpoints: AuditCheckpoints | undefined;
  /** Calls the listener right after each entry that this process writes. It must not throw. */
  onAppended(listener: AppendedListener): void;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly tracer: Tracer;
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

/** How to open the infrastructure: as a server, or next to one for the command line. */
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
  /** See `Context.patientMs`. */
  readonly patientMs?: number | undefined;
  /** See `Context.minExpiryMs`. */
  readonly minExpiryMs?: number | undefined;
  /** Whether metrics include those of the process. They do in the server, unless several apps share one process. */
  readonly processMetrics?: boolean | undefined;
  /** Traces of requests; none by default. */
  readonly tracer?: Tracer | undefined;
  /** The version of Patchbay, which other servers see. */
  readonly version?: string | undefined;
  /** The PostgreSQL database, if it takes the place of SQLite's file. */
  readonly postgres?: OpenedPostgres | undefined;
}

/** Opens the infrastructure on the database that the settings name. Throws what `openInfrastructure` throws. */
export async function connectInfrastructure(
  settings: Config,
  options: InfrastructureOptions,
): Promise<Infrastructure> {
  if (!settings.postgres) return openInfrastructure(settings, options);
  const log = logger(settings.logLevel, options.logTo);
  const postgres = await openPostgres(settings.postgres, {
    isServer: options.lock,
    listenUrl: settings.postgresListen,
    version: options.version ?? "unknown",
    holder: idGenerator()("rep"),
    leaseMs: lockLeaseMs(settings),
    timer: { monotonicMs: elapsedClock(), wait: machineTimer.wait },
    log,
  });
  try {
    return openInfrastructure(settings, { ...options, postgres });
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

/**
 * Opens the database and the vendors. Throws an ordinary error with a readable message if the database cannot be used
 * or is in use.
 */
export function openInfrastructure(settings: Config, options: InfrastructureOptions): Infrastructure {
  const {
    lock,
    logTo,
    now = () => new Date(),
    patientMs = defaultPatientMs,
    minExpiryMs,
    tracer = noTracer,
  } = options;
  const given = options.now;
  const wait = options.wait ?? machineTimer.wait;
  const { pause = async (ms: number) => wait(ms) } = options;
  const monotonicMs = options.monotonicMs ?? (given ? () => given().getTime() : elapsedClock());
  const log = logger(settings.logLevel, logTo);
  const newId = idGenerator();
  const clock = clockSkewMonitor(now, monotonicMs);
  const isClockSkewed = options.isClockSkewed ?? (() => clock.isSkewed());
  const listeners = new Set<AppendedListener>();
  const appended: StoreDeps["appended"] = (workspaceId, _count, event) => {
    for (const listener of listeners) listener(workspaceId, event);
  };
  const replicaId = options.postgres?.replicaId ?? newId("rep");
  const sources = { now, monotonicMs, newId, appended, replicaId, isBesideServers: !lock };
  const storing = { lock, log, clock, sources };
  const storage = options.postgres
    ? postgresStorage(options.postgres, settings, storing)
    : sqliteStorage(settings, storing);
  const { store, locks, replicas, installations, secrets, checkpoints } = storage;
  const metrics = prometheusMetrics({ ofProcess: options.processMetrics ?? lock });
  const accounts = vendorAccounts({
    baseUrls: settings.vendorUrls,
    timeoutMs: settings.vendorTimeoutMs,
    timer: { now, monotonicMs, wait },
    now: () => now().getTime(),
    monotonicMs,
    onRefreshFailed: (vendor, err, connection, workspace) =>
      log.warn({ workspace, vendor, connection, err }, "list not refreshed"),
    budgets: store.shared?.budgets,
    onBudgetFailed: (vendor, err, connection) =>
      log.warn({ vendor, connection, err }, "rate limit not shared with other servers"),
    onRequest: (vendor, { date, workspaceId: workspace, ...request }, connection) => {
      metrics.vendorRequested(vendor, request);
      traceVendorRequest(tracer, { vendor, connection, workspace }, request);
      clock.observe(vendor, date, request.ms);
      log.info({ ...request, workspace, vendor, connection }, "vendor request");
    },
  });
  const indexes = numberIndexes();
  return {
    store,
    installations,
    secrets,
    retention: storage.retention,
    accounts,
    noteSender: noteSender({ pagerDutyUrl: settings.pagerDutyUrl }),
    onCallTools: webOnCallTools({
      pagerDutyUrl: settings.pagerDutyUrl,
      allowPrivate: settings.allowPrivateWebhooks,
    }),
    webhookSender: webhookSender({ allowPrivate: settings.allowPrivateWebhooks }),
    log,
    metrics,
    tracer,
    clock,
    isClockSkewed,
    locks,
    replicas,
    lockLeaseMs: replicas ? lockLeaseMs(settings) : 0,
    checkpoints,
    onAppended: (listener) => void listeners.add(listener),
    now,
    monotonicMs,
    newId,
    acceptAuditLog: async (actor, reason) =>
      storage.acceptLog(async (workspaceId, faults) => {
        await store.workspace(workspaceId).audit.append({
          kind: "checkpoints.accepted",
          actor,
          requestId: newId("req"),
          reason,
          details: { faults: faults.join("; ") },
          outcome: "applied",
        });
      }),
    contextFor: contextFactory({
      store,
      accounts,
      authorizer: localAuthorizer,
      locks,
      numberIndexes: indexes,
      log,
      metrics,
      tracer,
      patientMs,
      minExpiryMs,
      isClockSkewed,
      now,
      monotonicMs,
      pause,
      newId,
    }),
    close: async () => {
      // A command ends at once, and the next one lists numbers as it has left them.
      await accounts.saved();
      await storage.close();
    },
  };
}
