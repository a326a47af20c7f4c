import {
  pageItem,
  pageStep,
  pageSteps,
  requestItem,
  type Turn,
} from "../../domain/changes/approval-pages.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelUnbegunWork, cancelWork, hastenIfScheduled, scheduleWork } from "../due-work/schedule-work.ts";

/** Schedules the pages for one of the approvals that a request wants. */
export function* schedulePages(
  db: WorkspaceDatabase,
  id: string,
  turn: Turn,
  at: readonly Date[],
): Work<void> {
  for (const [index, dueAt] of at.entries())
    yield* scheduleWork(db, { kind: "approval_page", itemId: pageItem(id, pageStep(turn, index)), dueAt });
}

/** Nobody is asked or paged any more for what is approved or decided, and the pages of it are closed. */
export function* cancelRequests(db: WorkspaceDatabase, id: string): Work<void> {
  for (const turn of [1, 2] as const)
    yield* cancelWork(db, { kind: "approval_request", itemId: requestItem(id, turn) });
  for (const step of pageSteps) {
    const itemId = pageItem(id, step);
    // The record of a page that was begun is not complete yet.
    yield* cancelUnbegunWork(db, { kind: "approval_page", itemId });
    yield* hastenIfScheduled(db, { kind: "page_closing", itemId });
  }
}
