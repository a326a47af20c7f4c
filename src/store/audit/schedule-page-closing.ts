import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { pageItem } from "../../domain/changes/approval-pages.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";

/** A page that may be at the on-call tool is closed there: each entry about it leads to a look whether its request waits. */
export function* schedulePageClosing(db: WorkspaceDatabase, { kind, details }: AuditEvent): Work<void> {
  if (kind !== "approval.paged") return;
  const { approval, step, paged } = details ?? {};
  if (approval === undefined || step === undefined || paged === undefined) return;
  yield* scheduleWork(db, { kind: "page_closing", itemId: pageItem(approval, Number(step)) });
}
