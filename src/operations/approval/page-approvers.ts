import type { OnCallTools, ReachableSchedule } from "../../domain/access/on-call.ts";
import type { Outcome } from "../../domain/audit/audit-log.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import { pageOfItem, turnOfStep, type Turn } from "../../domain/changes/approval-pages.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { OnCallReader } from "../access/on-call-reader.ts";
import type { Context } from "../shared/context.ts";
import type { WorkClaim } from "../../domain/ports/work-queue.ts";
import type { Again } from "../shared/work/work-runner.ts";
import { approvalEvent } from "./approval-event.ts";
import { notAsked, onCallApprovers, type OnCallApprover } from "./on-call-approvers.ts";
import { pageText, pageTitle } from "./page-text.ts";

/** How often a page is tried, and the delay before the next attempt, in milliseconds. */
const mostAttempts = 3;
const againMs = 15_000;
const entriesAtOnce = 200;

/** What paging needs. */
export interface PageOptions {
  readonly onCall: OnCallReader;
  readonly onCallTools: Pick<OnCallTools, "page">;
  readonly notifier: Pick<Notifier, "approvalRequested">;
}

/** A page that is on record. */
interface RecordedPage {
  readonly step: string | undefined;
  readonly paged: string | undefined;
  readonly schedule: string | undefined;
  readonly outcome: Outcome | undefined;
}

/**
 * Pages the first approver on call who was not paged for a request yet, if nobody has decided it. For a second approval, that is another one than who gave the first. Approvers who were not asked
 * yet are asked as well. An entry says that somebody is about to be paged, and another one whether that worked. Without anybody
 * who can be paged, there is none.
 */
export async function pageApprover(
  ctx: Context,
  { itemId, attempts }: Pick<WorkClaim, "itemId" | "attempts">,
  { onCall, onCallTools, notifier }: PageOptions,
): Promise<Again> {
  const { approvalId, step } = pageOfItem(itemId);
  const approval = await openRequest(ctx, approvalId, turnOfStep(step));
  if (!approval) return completeRecord(ctx, approvalId, step);
  await notifier.approvalRequested(ctx, approval, "everybody");
  const pages = await recordedPages(ctx, approval);
  const ofStep = pages.filter((one) => one.step === String(step));
  // An earlier process ended after the entry.
  if (ofStep.some(({ outcome }) => outcome !== "unknown")) return undefined;
  const { approvers, unread } = await onCallApprovers(ctx, onCall, notAsked(approval));
  const next = nextToPage(approvers, pages, ofStep, turnOfStep(step));
  // Finding people takes a while.
  if ((!next && unread === undefined) || !(await openRequest(ctx, approvalId, turnOfStep(step))))
    return completeRecord(ctx, approvalId, step);
  let why = next ? next.paging?.why : unread;
  if (next?.paging?.at) {
    const isBegun = ofStep.some(({ paged }) => paged === next.userId);
    if (!isBegun) await record(ctx, approval, { step, next, outcome: "unknown" });
    why = await page(onCallTools, next.paging.at, { approval, step, person: next.person });
  }
  if (why !== undefined && attempts < mostAttempts) return { dueInMs: againMs, hasFailed: true };
  if (why !== undefined) ctx.log.warn({ approval: approvalId, step, why }, "approver not paged");
  await record(ctx, approval, { step, next, outcome: why === undefined ? "applied" : "refused", why });
  return undefined;
}

/** A request that still waits for the approval for which people are paged. */
async function openRequest(ctx: Context, id: string, turn: Turn): Promise<Approval | undefined> {
  const approval = await ctx.workspace.approvals.find(id);
  if (turn === 1 && approval?.first) return undefined;
  if (approval?.state !== "open" || Date.parse(approval.expiresAt) <= ctx.now().getTime()) return undefined;
  return approval;
}

/** Says how a page ended that is on record and failed, if the request waits for that approval no longer. */
async function completeRecord(ctx: Context, id: string, step: number): Promise<undefined> {
  const approval = await ctx.workspace.approvals.find(id);
  if (!approval) return undefined;
  const ofStep = (await recordedPages(ctx, approval)).filter((one) => one.step === String(step));
  const [begun] = ofStep;
  if (!begun?.paged || ofStep.some(({ outcome }) => outcome !== "unknown")) return undefined;
  const why = "It is not known to have arrived: the request did not wait for this approval any more.";
  const next = { userId: begun.paged, schedule: begun.schedule ?? "" };
  await record(ctx, approval, { step, next, outcome: "refused", why });
  return undefined;
}

/** The pages of a request, newest first. Its own entry is minutes old, so few entries are read. */
async function recordedPages({ workspace }: Context, approval: Approval): Promise<readonly RecordedPage[]> {
  const pages: RecordedPage[] = [];
  for (let beforeSequence: number | undefined; ;) {
    const entries = await workspace.audit.entries({ limit: entriesAtOnce, beforeSequence });
    for (const { kind, details, outcome } of entries) {
      if (details?.approval !== approval.id) continue;
      if (kind === "approval.requested") return pages;
      if (kind === "approval.paged") {
        const { step, paged, onCall: schedule } = details;
        pages.push({ step, paged, schedule, outcome });
      }
    }
    if (entries.length < entriesAtOnce) return pages;
    beforeSequence = entries.at(-1)?.sequence;
  }
}

/**
 * The person of an attempt whose result is not on record, whose tool may know the page; else the first who was not paged; else
 * the first whom no page for this approval is known to have reached.
 */
function nextToPage(
  approvers: readonly OnCallApprover[],
  pages: readonly RecordedPage[],
  begun: readonly RecordedPage[],
  turn: Turn,
): OnCallApprover | undefined {
  const able = approvers.filter(({ paging }) => paging !== undefined);
  const among = (those: readonly RecordedPage[], { userId }: OnCallApprover): boolean =>
    those.some(({ paged }) => paged === userId);
  const ofTurn = pages.filter(({ step }) => turnOfStep(Number(step)) === turn);
  const reached = ofTurn.filter(({ outcome }) => outcome === "applied");
  return (
    able.find((one) => among(begun, one)) ??
    able.find((one) => !among(pages, one)) ??
    able.find((one) => !among(reached, one))
  );
}

/** Why a person could not be paged; undefined if that worked. */
async function page(
  tools: PageOptions["onCallTools"],
  at: ReachableSchedule,
  { approval, step, person }: { readonly approval: Approval; readonly step: number; readonly person: string },
): Promise<string | undefined> {
  try {
    const key = `patchbay-${approval.id}-${step}-${person}`;
    await tools.page(at, { person, key, title: pageTitle(approval), text: pageText(approval) });
    return undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.message;
  }
}

interface PageEntry {
  readonly step: number;
  readonly next: Pick<OnCallApprover, "userId" | "schedule"> | undefined;
  readonly outcome: Outcome;
  readonly why?: string | undefined;
}

async function record(
  ctx: Context,
  approval: Approval,
  { step, next, outcome, why }: PageEntry,
): Promise<void> {
  const base = approvalEvent(ctx, approval);
  await ctx.workspace.audit.append({
    ...base,
    kind: "approval.paged",
    outcome,
    details: {
      ...base.details,
      for: approval.asked.userId,
      step: String(step),
      ...(next ? { onCall: next.schedule, paged: next.userId } : {}),
      ...(why === undefined ? {} : { why }),
    },
  });
}
