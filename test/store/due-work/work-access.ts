import type { WorkItem } from "../../../src/domain/ports/work-queue.ts";
import { run, type Database } from "../../../src/store/database/database.ts";
import { workspaceDatabase } from "../../../src/store/database/workspace-database.ts";
import { cancelWork, scheduleWork, type ScheduledWork } from "../../../src/store/due-work/schedule-work.ts";

/** What the modules of a store do with the work of a workspace, and the time of that work. */
export interface WorkAccess {
  schedule(workspaceId: string, work: ScheduledWork): Promise<void>;
  cancel(workspaceId: string, item: Omit<WorkItem, "workspaceId">): Promise<void>;
  /** The time of the database's clock after that many milliseconds. */
  after(ms: number): Date;
  /** Lets time pass for all work, because nobody can set the clock of a database. */
  pass(ms: number): Promise<void>;
  /** Changes rows as no Patchbay does. */
  alter(sql: string): Promise<void>;
}

/** Access to the work of a database. */
export function workAccess(database: Database, now: () => Date): WorkAccess {
  return {
    schedule: async (workspaceId, work) => {
      const db = workspaceDatabase(database, workspaceId);
      await db.write(() => scheduleWork(db, work));
    },
    cancel: async (workspaceId, item) => {
      const db = workspaceDatabase(database, workspaceId);
      await db.write(() => cancelWork(db, item));
    },
    after: (ms) => new Date(now().getTime() + ms),
    pass: async (ms) => {
      const sql = "UPDATE work_items SET due_at = due_at - @ms, claimed_until = claimed_until - @ms";
      await database.write(() => run(sql, { ms }));
    },
    alter: async (sql) => {
      await database.write(() => run(sql));
    },
  };
}
