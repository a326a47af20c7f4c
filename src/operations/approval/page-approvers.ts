import type { OnCallTools, ReachableSchedule } from "../../domain/access/on-call.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import { pageOfItem, turnOfStep, waitsFor, type Turn } from "../../domain/changes/approval-pages.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { OnCallReader } from "../access/on-call-reader.ts";
import type { Context } from "../shared/context.ts";
import type { WorkClaim } from "../../domain/ports/work-queue.ts";
import type { Again } from "../shared/work/work-runner.ts";
import { notAsked, onCallApprovers, type OnCallApprover } from "./on-call-approvers.ts";
import { pageKey, pageText, pageTitle } from "./page-text.ts";
import { recordedPages, recordPage, type PageEntry, type RecordedPage } from "./recorded-pages.ts";

/** How often a page is tried, and the delay before the next attempt, in milliseconds. */
const mostAttempts = 3;
const againMs = 15_000;

/** What paging needs. */
export interface PageOptions {
  readonly onCall: OnCallReader;
  readonly onCallTools: Pick<OnCallTools, "page">;
  readonly notifier: Pick<Notifier, "approvalRequested">;
}

/**
 * Pages the first approver on call who was not paged for a request yet, if nobody has decided it. For a second approval, that is not the person who gave the first. Approvers who were not asked
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
  const pages = await pagesOf(ctx, approval);
  const ofStep = pages.filter((one) => one.step === String(step));
  // An earlier process ended after the entry.
  if (ofStep.some(({ outcome }) => outcome !== "unknown")) return undefined;
  const { approvers, unread } = await onCallApprovers(ctx, onCall, notAsked(approval));
  const next = nextToPage(approvers, pages, ofStep, turnOfStep(step));
  // Finding people takes a while.
  if ((!next && unread === undefined) || !(await openRequest(ctx, approvalId, turnOfStep(step))))
    return completeRecord(ctx, approvalId, step);
  let why = next ? next.paging?.why : unread;
  let id: string | undefined;
  if (next?.paging?.at) {
    const isBegun = ofStep.some(({ paged }) => paged === next.userId);
    if (!isBegun) await record(ctx, approval, { step, next, outcome: "unknown" });
    ({ why, id } = await page(onCallTools, next.paging.at, { approval, step, person: next.person }));
  }
  if (why !== undefined && attempts < mostAttempts) return { dueInMs: againMs, hasFailed: true };
  if (why !== undefined) ctx.log.warn({ approval: approvalId, step, why }, "approver not paged");
  await record(ctx, approval, {
    step,
    next,
    outcome: why === undefined ? "applied" : "refused",
    why,
    page: id,
  });
  return undefined;
}

/** A request that still waits for the approval for which people are paged. */
async function openRequest(ctx: Context, id: string, turn: Turn): Promise<Approval | undefined> {
  const approval = await ctx.workspace.approvals.find(id);
  if (!approval || !waitsFor(approval, turn)) return undefined;
  return Date.parse(approval.expiresAt) <= ctx.now().getTime() ? undefined : approval;
}

/** Says how a page ended that is on record and failed, if the request waits for that approval no longer. */
async function completeRecord(ctx: Context, id: string, step: number): Promise<undefined> {
  const approval = await ctx.workspace.approvals.find(id);
  if (!approval) return undefined;
  const ofStep = (await pagesOf(ctx, approval)).filter((one) => one.step === String(step));
  const [begun] = ofStep;
  if (!begun?.paged || ofStep.some(({ outcome }) => outcome !== "unknown")) return undefined;
  const why = "It is not known to have arrived: the request did not wait for this approval any more.";
  const { paged: userId, onCall: schedule = "", schedule: scheduleId = "" } = begun;
  const next = { userId, schedule, scheduleId };
  await record(ctx, approval, { step, next, outcome: "refused", why });
  return undefined;
}

/** How people were paged for a request, newest first. */
async function pagesOf(ctx: Context, approval: Approval): Promise<readonly RecordedPage[]> {
  return (await recordedPages(ctx, approval)).filter(({ kind }) => kind === "approval.paged");
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

/** The tool's id of a page, or why the person could not be paged. */
async function page(
  tools: PageOptions["onCallTools"],
  at: ReachableSchedule,
  { approval, step, person }: { readonly approval: Approval; readonly step: number; readonly person: string },
): Promise<{ readonly id: string | undefined; readonly why: string | undefined }> {
  try {
    const key = pageKey(approval, step, person);
    const sent = { person, key, title: pageTitle(approval), text: pageText(approval) };
    return { id: await tools.page(at, sent), why: undefined };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { id: undefined, why: error.message };
  }
}

async function record(ctx: Context, approval: Approval, entry: PageEntry): Promise<void> {
  await recordPage(ctx, "approval.paged", approval, entry);
}
