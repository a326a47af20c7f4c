import { openInfrastructure, type Infrastructure } from "../../src/infrastructure.ts";
import { openArchive } from "../../src/open-archive.ts";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { teamId } from "../support/fixtures.ts";
import { appProcesses, type AppProcess } from "./app-process.ts";

/** The fakes in this process, and the app in its own, which can be killed and started again. */
export interface ProcessHarness {
  readonly harness: Harness;
  /** The process that serves now. */
  app(): AppProcess;
  /** How many processes were killed. */
  kills(): number;
  /** Waits until the process has ended, and starts the next one as if this many milliseconds had passed. */
  restart(laterMs?: number): Promise<void>;
  /** Opens the database once. No other process has it open after the app was killed. */
  look<T>(at: (infra: Infrastructure) => Promise<T>): Promise<T>;
  /** The audit log, oldest first, from a sequence on. */
  audit(afterSequence?: number): Promise<AuditEntry[]>;
  /** What is wrong with the file or the audit log itself; empty if nothing is. */
  damage(): Promise<string[]>;
  close(): Promise<void>;
}

/** The time limit for a request to a vendor, in milliseconds. */
const vendorTimeoutMs = 400;

/** Starts the fakes and the app, with these vendors connected. */
export async function startProcessHarness(connected: readonly VendorId[]): Promise<ProcessHarness> {
  const processes = appProcesses();
  let app = processes.next();
  let aheadMs = 0;
  // One clock for all: an app whose clock differs from all others would consider its own wrong.
  const now = (): Date => new Date(Date.now() + aheadMs + app.skippedMs());
  const harness = await startHarness({
    connected,
    outsideNow: now,
    environment: { VENDOR_TIMEOUT_MS: String(vendorTimeoutMs), LOG_LEVEL: "fatal" },
  });
  await harness.stopApp();
  // A connection left open here would prevent SQLite from recovering after a kill, as it does in production.
  await harness.infra.close();
  let kills = 0;
  const start = async (isLater: boolean): Promise<void> => {
    const port = await app.start(harness.environment, { aheadMs, isLater });
    harness.slack.connect(`http://127.0.0.1:${port}/slack/events`);
  };
  const look = async <T>(at: (infra: Infrastructure) => Promise<T>): Promise<T> => {
    const infra = openInfrastructure(harness.settings, { lock: false, now });
    try {
      return await at(infra);
    } finally {
      await infra.close();
    }
  };
  await start(false);
  return {
    harness: harness,
    app: () => app,
    kills: () => kills,
    restart: async (laterMs = 0) => {
      await app.gone;
      kills += 1;
      aheadMs += laterMs + app.skippedMs();
      app = processes.next();
      await start(laterMs > 0);
    },
    look,
    audit: async (afterSequence = 0) =>
      look(async ({ store }) => {
        const entries = await store.workspace(teamId).audit.entries({ limit: 1000 });
        return entries.filter(({ sequence }) => sequence > afterSequence).toReversed();
      }),
    damage: async () => {
      const db = openDatabase(harness.settings.databasePath, { readonly: true });
      const broken = [db.pragma("integrity_check", { simple: true })].filter((found) => found !== "ok");
      db.close();
      const archive = await openArchive(harness.settings);
      try {
        for await (const { verdict, findings } of archive.verify({})) {
          if (verdict !== "intact")
            broken.push(`${verdict}: ${findings.map(({ words }) => words).join(" ")}`);
        }
      } finally {
        await archive.close();
      }
      return broken.map(String);
    },
    close: async () => {
      await processes.close();
      await harness.close();
    },
  };
}

/** How many changes are unsettled or not reported, and how many messages are not delivered. */
export async function leftToDo({ store }: Infrastructure): Promise<number> {
  const { audit, notifications } = store.workspace(teamId);
  const changes = (await audit.unsettled()).length + (await notifications.pending()).length;
  return changes + (await store.outbox.length());
}
