import type { Harness } from "../../../src/demo/harness.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Infrastructure } from "../../../src/infrastructure.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { killed } from "../crash-at.ts";
import type { ProcessHarness } from "../process-harness.ts";

/** The app in which a failover is interrupted: one process on SQLite, or several servers on PostgreSQL. */
export interface FailoverApp {
  readonly harness: Harness;
  look<T>(at: (infra: Infrastructure) => Promise<T>): Promise<T>;
  /** The audit log after a sequence, oldest first. */
  audit(afterSequence?: number): Promise<readonly AuditEntry[]>;
  /** What is wrong with the database or the audit log itself; empty if nothing is. */
  damage(): Promise<readonly string[]>;
  /** The kinds of the work that is left of these items, sorted. */
  workOf(itemIds: readonly string[]): Promise<readonly string[]>;
  /** Lets one process serve alone, if there are several. It executes the run that it confirms. */
  serveAlone(): void;
  /** The process that serves takes no more requests. */
  freeze(): void;
  /** Something that interrupts the processes that serve now; a second call does nothing. */
  interruption(): () => void;
  /** Waits until they are interrupted. Returns false if they are not in time. */
  isInterrupted(): Promise<boolean>;
  /** Another process continues, as if none had run for so long. Calls `prepare` before anything is continued. */
  takeOver(goneMs: number, prepare?: () => void): Promise<void>;
  /** Starts what was interrupted, and lets time pass. */
  pass(ms: number): Promise<void>;
}

/** The work that is left of some items; the ids are one JSON array. */
const workSql = `SELECT kind FROM work_items
  WHERE kind LIKE 'run%' AND item_id IN (SELECT value FROM json_each(?)) ORDER BY kind`;

/** One process, which is killed. The next one continues. */
export function oneProcess(processes: ProcessHarness): FailoverApp {
  const { harness, look, audit, damage } = processes;
  return {
    harness,
    look,
    audit,
    damage,
    workOf: async (itemIds) =>
      look(async () => {
        const db = openDatabase(harness.settings.databasePath, { readonly: true });
        try {
          return db
            .prepare<string[], { kind: string }>(workSql)
            .all(JSON.stringify(itemIds))
            .map(({ kind }) => kind);
        } finally {
          db.close();
        }
      }),
    serveAlone: () => undefined,
    freeze: () => processes.app().freeze(),
    interruption: () => {
      const app = processes.app();
      return () => app.kill();
    },
    isInterrupted: async () => killed(processes),
    takeOver: async (goneMs, prepare = () => undefined) => {
      await processes.restart(goneMs);
      prepare();
    },
    pass: async (ms) => {
      processes.app().kill();
      await processes.restart(ms);
    },
  };
}
