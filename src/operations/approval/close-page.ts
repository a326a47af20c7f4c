import type { OnCallTools, ReachableSchedule } from "../../domain/access/on-call.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import { pageOfItem, turnOfStep, waitsFor } from "../../domain/changes/approval-pages.ts";
import type { WorkClaim } from "../../domain/ports/work-queue.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import type { Again } from "../shared/work/work-runner.ts";
import { reachable } from "./on-call-approvers.ts";
import { pageKey } from "./page-text.ts";
import { recordedPages, recordPage, type PageEntry, type RecordedPage } from "./recorded-pages.ts";

/** How often closing a page is tried, and the first delay before another attempt, in milliseconds. It doubles each time. */
const mostAttempts = 6;
const againMs = 15_000;

/** What closing a page needs. */
export interface CloseOptions {
  readonly onCallTools: Pick<OnCallTools, "openPage" | "closePage">;
}

/**
 * Closes a page at its on-call tool once the request waits for that approval no longer, so that nobody is alerted for what is
 * decided. On record first, as the page. A page that is closed there already counts as closed. If the tool does not answer, it
 * is tried again for some minutes, and then an entry says that the page is open.
 */
export async function closePage(
  ctx: Context,
  { itemId, attempts }: Pick<WorkClaim, "itemId" | "attempts">,
  { onCallTools }: CloseOptions,
): Promise<Again> {
  const { approvalId, step } = pageOfItem(itemId);
  const approval = await ctx.workspace.approvals.find(approvalId);
  if (!approval) return undefined;
  // The decision makes it due, and so does the expiry.
  if (waitsFor(approval, turnOfStep(step))) return { dueInMs: untilExpiry(ctx, approval) };
  const ofStep = (await recordedPages(ctx, approval)).filter((one) => one.step === String(step));
  const pages = ofStep.filter(({ kind }) => kind === "approval.paged");
  // After a handover between two attempts, it may be more than one person.
  const people = new Set(pages.flatMap(({ outcome, paged }) => (outcome === "unknown" ? [paged] : [])));
  const later: Again =
    attempts < mostAttempts ? { dueInMs: againMs * 2 ** (attempts - 1), hasFailed: true } : undefined;
  // The page may be on its way to the tool.
  if (people.size > 0 && later && pages.every(({ outcome }) => outcome === "unknown")) return later;
  let again: Again;
  for (const person of people) {
    const ofPerson = ofStep.filter(({ paged }) => paged === person);
    again = (await closeOne(ctx, onCallTools, { approval, step, ofPerson, later })) ?? again;
  }
  return again;
}

interface OnePage {
  readonly approval: Approval;
  readonly step: number;
  /** The entries about this person, newest first. */
  readonly ofPerson: readonly RecordedPage[];
  /** When it is tried again if the tool does not answer; undefined for the last attempt. */
  readonly later: Again;
}

async function closeOne(
  ctx: Context,
  tools: CloseOptions["onCallTools"],
  { approval, step, ofPerson, later }: OnePage,
): Promise<Again> {
  const closings = ofPerson.filter(({ kind }) => kind === "approval.page_closed");
  const placed = ofPerson.find(({ kind, page }) => kind === "approval.paged" && page !== undefined);
  const about = placed ?? ofPerson.at(-1);
  // An earlier process may have ended after the last entry.
  if (!about || closings.some(({ outcome }) => outcome !== "unknown")) return undefined;
  const record = async (outcome: PageEntry["outcome"], page?: string, why?: string): Promise<void> => {
    const { paged: userId = "", onCall: schedule = "", schedule: scheduleId = "" } = about;
    const next = { userId, schedule, scheduleId };
    await recordPage(ctx, "approval.page_closed", approval, { step, next, outcome, page, why });
  };
  let page = placed?.page;
  try {
    const at = await reach(ctx, about);
    page ??= await openPage(ctx, tools, { at, approval, about });
    if (page === undefined) return undefined;
    if (closings.length === 0) await record("unknown", page);
    await tools.closePage(at, page);
  } catch (error) {
    // A database that fails kept it from an attempt.
    if (!isProblem(error) || error.code === "not_recorded") throw error;
    if (later && !isHopeless(error)) return later;
    ctx.log.warn({ approval: approval.id, step, err: error }, "page not closed");
    await record("refused", page, error.message);
    return undefined;
  }
  await record("applied", page);
  return undefined;
}

const isHopeless = ({ code }: Problem): boolean => code === "credentials_rejected" || code === "not_found";

function untilExpiry(ctx: Context, { expiresAt }: Approval): number {
  return Math.max(againMs, Date.parse(expiresAt) - ctx.now().getTime());
}

/** The schedule through which somebody was paged. Throws not_found, and not_connected if its key cannot be decrypted. */
async function reach(ctx: Context, { schedule: id = "" }: RecordedPage): Promise<ReachableSchedule> {
  const schedule = await ctx.workspace.onCallSchedules.find(id);
  if (!schedule) throw new Problem("not_found", "The schedule that paged was removed.");
  return reachable(ctx, schedule);
}

/** The page whose answer nobody saw, by its key, which the table of people gives. */
async function openPage(
  ctx: Context,
  tools: CloseOptions["onCallTools"],
  {
    at,
    approval,
    about,
  }: { readonly at: ReachableSchedule; readonly approval: Approval; readonly about: RecordedPage },
): Promise<string | undefined> {
  const schedule = await ctx.workspace.onCallSchedules.find(about.schedule ?? "");
  const person = schedule?.people.find(({ userId }) => userId === about.paged);
  return person && tools.openPage(at, pageKey(approval, Number(about.step), person.id));
}
