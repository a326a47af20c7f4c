import { openInfrastructure, type Infrastructure } from "../../src/infrastructure.ts";
import { openArchive } from "../../src/open-archive.ts";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { teamId } from "../support/fixtures.ts";
import { nursery, type AppProcess } from "./app-process.ts";

/** Fakes in this process and the app in one of its own, which can be killed and started again. */
export interface ProcessHarness {
  readonly harness: Harness;
  /** The process that serves now. */
  app(): AppProcess;
  /** How many processes were killed. */
  kills(): number;
  /** Waits until the process is gone, and starts the next one as if that many milliseconds had passed. */
  restart(laterMs?: number): Promise<void>;
  /** Opens the database for one look at it; no other process has it open when the app is dead. */
  look<T>(at: (infra: Infrastructure) => Promise<T>): Promise<T>;
  /** The audit log, oldest first, from a sequence on. */
  audit(afterSequence?: number): Promise<AuditEntry[]>;
  /** What is wrong with the file or the log as such; nothing when all is well. */
  damage(): Promise<string[]>;
  close(): Promise<void>;
}

/** Limit of one request to a vendor, in milliseconds. */
const vendorTimeoutMs = 400;

/** Sets up a yard with these vendors connected. */
export async function startProcessHarness(connected: readonly VendorId[]): Promise<ProcessHarness> {
  const young = nursery();
  let app = young.next();
  let aheadMs = 0;
  // One clock for all: an app that is ahead of everybody it asks would take its own for wrong.
  const now = (): Date => new Date(Date.now() + aheadMs + app.skippedMs());
  const harness = await startHarness({
    connected,
    outsideNow: now,
    environment: { VENDOR_TIMEOUT_MS: String(vendorTimeoutMs), LOG_LEVEL: "fatal" },
  });
  await harness.stopApp();
  // What is left open here would keep SQLite from recovering after a kill as it does for real.
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
      app = young.next();
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
      const archive = openArchive(harness.settings);
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
      await young.close();
      await harness.close();
    },
  };
}
