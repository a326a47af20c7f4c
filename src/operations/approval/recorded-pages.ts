import type { AuditEntry, Outcome } from "../../domain/audit/audit-log.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import type { Context } from "../shared/context.ts";
import { approvalEvent } from "./approval-event.ts";
import type { OnCallApprover } from "./on-call-approvers.ts";

const entriesAtOnce = 200;

/** A page that is on record, or how it was closed. */
export interface RecordedPage {
  readonly kind: PageKind;
  readonly step: string | undefined;
  readonly paged: string | undefined;
  /** The schedule as entries name it, and its id. */
  readonly onCall: string | undefined;
  readonly schedule: string | undefined;
  /** The tool's id of the page. */
  readonly page: string | undefined;
  readonly outcome: Outcome | undefined;
}

type PageKind = "approval.paged" | "approval.page_closed";

/** What is recorded of a page. */
export interface PageEntry {
  readonly step: number;
  readonly next: Pick<OnCallApprover, "userId" | "schedule" | "scheduleId"> | undefined;
  readonly outcome: Outcome;
  readonly why?: string | undefined;
  readonly page?: string | undefined;
}

/** The pages of a request and how they were closed, newest first. */
export async function recordedPages(
  { workspace }: Context,
  approval: Approval,
): Promise<readonly RecordedPage[]> {
  const pages: RecordedPage[] = [];
  for (let beforeSequence: number | undefined; ;) {
    const entries = await workspace.audit.entries({ limit: entriesAtOnce, beforeSequence });
    for (const entry of entries) {
      if (entry.details?.approval !== approval.id) continue;
      if (entry.kind === "approval.requested") return pages;
      if (isPageKind(entry.kind)) pages.push(pageOf(entry, entry.kind));
    }
    if (entries.length < entriesAtOnce) return pages;
    beforeSequence = entries.at(-1)?.sequence;
  }
}

const isPageKind = (kind: string): kind is PageKind =>
  kind === "approval.paged" || kind === "approval.page_closed";

function pageOf({ details = {}, outcome }: AuditEntry, kind: PageKind): RecordedPage {
  const { step, paged, onCall, schedule, page } = details;
  return { kind, step, paged, onCall, schedule, page, outcome };
}

/** Records that somebody is about to be paged, or a page about to be closed, and how that ended. */
export async function recordPage(
  ctx: Context,
  kind: PageKind,
  approval: Approval,
  { step, next, outcome, why, page }: PageEntry,
): Promise<void> {
  const base = approvalEvent(ctx, approval);
  await ctx.workspace.audit.append({
    ...base,
    kind,
    outcome,
    details: {
      ...base.details,
      for: approval.asked.userId,
      step: String(step),
      ...(next ? { onCall: next.schedule, schedule: next.scheduleId, paged: next.userId } : {}),
      ...(page === undefined ? {} : { page }),
      ...(why === undefined ? {} : { why }),
    },
  });
}
