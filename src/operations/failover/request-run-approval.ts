import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import {
  askerOf,
  isRunApproval,
  mostNumbersListed,
  type RequestedRun,
  type RunApproval,
} from "../../domain/changes/approval.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { proposalText, requesterName, runTitle, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { isPlanned, needsApproval } from "../../domain/runs/run-step.ts";
import { pendingRunApprovals } from "../history/pending-approvals.ts";
import { checkReason } from "../access/check-reason.ts";
import { enforceRules, prepareRuleCheck } from "../access/enforce-rules.ts";
import { assertRole, recordRefusal } from "../access/permissions.ts";
import { pageTimes } from "../approval/on-call-approvers.ts";
import { approvalEvent, wantedDetails } from "../approval/approval-event.ts";
import { wantedByRun } from "../approval/wanted-approvals.ts";
import { askingPerson, defaultMinutes } from "../approval/submit-change.ts";
import { previewDigest } from "../runs/shown-preview.ts";
import { effectsOfSteps } from "../runs/revert-rules.ts";
import type { Context } from "../shared/context.ts";
import { beginningOf } from "./run-beginnings.ts";
import { runBlockersOf } from "./run-blockers.ts";

/**
 * Asks for the approval of a failover or fail-back as a whole, as it was shown, once it could be begun now. `seen` are the other
 * requests for its plan that the preview showed. For operators, and only for the person it was shown to. Throws what
 * beginning it throws, already_requested if it was asked for before, and conflict if the preview did not show another
 * request for its plan.
 */
export async function requestRunApproval(
  ctx: Context,
  runId: string,
  by: RunRequester,
  seen: readonly string[] = [],
): Promise<RunApproval> {
  const { kind, terms } = await ctx.workspace.runs.get(runId);
  const { act, refused } = beginningOf(kind);
  try {
    await assertRole(ctx, "operator", act);
    // One at a time for a plan, so that nobody asks without having seen the other request.
    const lock = `${ctx.workspace.id}/ask/${terms.plan?.slug ?? ""}`;
    return await ctx.locks.withLock(lock, async () => request(ctx, runId, by, seen));
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: refused }, error);
    throw error;
  }
}

/** The open request for a run, if there is one. */
export async function openRunApproval(ctx: Context, runId: string): Promise<RunApproval | undefined> {
  const open = await ctx.workspace.approvals.inState("open");
  return open.filter(isRunApproval).find(({ asked }) => asked.runId === runId);
}

async function request(
  ctx: Context,
  runId: string,
  by: RunRequester,
  seen: readonly string[],
): Promise<RunApproval> {
  const { runs, approvals, settings } = ctx.workspace;
  const run = await runs.get(runId);
  await beginningOf(run.kind).check(ctx, run, by);
  if (run.state !== "shown" || (await openRunApproval(ctx, runId)))
    throw new Problem("already_requested", `The approval of ${runTitle(run)} was requested before.`);
  await checkOthersWereSeen(ctx, run, seen);
  const overrode = await checkMayBegin(ctx, run);
  const id = ctx.newId("apr");
  const asked = { ...(await requestedRunFrom(ctx, run, by)), overrode: [...overrode] };
  const minutes = (await settings.read()).protection?.minutes ?? defaultMinutes;
  const expiresAt = new Date(ctx.now().getTime() + minutes * 60_000).toISOString();
  const wanted = await wantedByRun(ctx, run);
  const event = approvalEvent(ctx, { id, asked });
  await approvals.ask(
    { id, asked, expiresAt, wanted },
    {
      ...event,
      kind: "approval.requested",
      details: { ...event.details, until: expiresAt, ...wantedDetails(wanted) },
    },
    await pageTimes(ctx, expiresAt),
  );
  return { id, state: "open", asked, expiresAt, wanted, messages: [] };
}

/**
 * Nobody is asked to approve what a reason or a rule does not allow. That is checked again when the run begins. Gives the
 * titles of the rules that the person overrides.
 */
async function checkMayBegin(ctx: Context, run: Run): Promise<readonly string[]> {
  const { overrode = "" } =
    run.kind === "back"
      ? await enforceRules(ctx, await prepareRuleCheck(ctx, effectsOfSteps(run.steps)))
      : await checkFailoverMayBegin(ctx, run);
  const rules = await ctx.workspace.rules.list();
  return overrode.split(",").flatMap((id) => rules.find((rule) => rule.id === id)?.title ?? []);
}

async function checkFailoverMayBegin(ctx: Context, run: Run): Promise<Pick<ChangeDetails, "overrode">> {
  await checkReason(ctx, run.terms.reason);
  await checkPlanIsFree(ctx, run);
  const check = await prepareRuleCheck(ctx, effectsOfSteps(run.steps));
  return enforceRules(ctx, check, runBlockersOf(run.steps));
}

/** Nobody is asked to approve a run that cannot begin, because another one of the plan is not taken back yet. */
async function checkPlanIsFree(ctx: Context, { terms }: Run): Promise<void> {
  if (!terms.plan) return;
  const live = (await ctx.workspace.runs.live()).find((other) => other.terms.plan?.slug === terms.plan?.slug);
  if (!live) return;
  throw new Problem("already_requested", `Its plan belongs to ${runTitle(live)} now.`, {
    startedBy: requesterName(live.by),
  });
}

/** Two requests for one plan are made only by somebody who knows of the first. */
async function checkOthersWereSeen(ctx: Context, run: Run, seen: readonly string[]): Promise<void> {
  const pending = await pendingRunApprovals(ctx, run);
  if (pending.every(({ id }) => seen.includes(id))) return;
  throw new Problem(
    "conflict",
    "A request for this plan is waiting for approval that this preview did not show.",
  );
}

async function requestedRunFrom(
  ctx: Context,
  run: Run,
  { channelId, threadTs, viewId }: RunRequester,
): Promise<Omit<RequestedRun, "overrode">> {
  const { incident, steps, terms, kind } = run;
  const asksFor = "person has to ask for the approval of this run.";
  const userId = askingPerson(ctx, kind === "routes" ? `A ${asksFor}` : `Protected numbers: a ${asksFor}`);
  const { plan, reason, forMs } = terms;
  const asking = steps.filter(needsApproval);
  const counts: Record<string, number> = {};
  for (const step of steps.filter((one) => !needsApproval(one)))
    counts[step.verdict.kind] = (counts[step.verdict.kind] ?? 0) + 1;
  return {
    runId: run.id,
    kind: kind === "revert" ? "failover" : kind,
    preview: await previewDigest(run),
    plan: {
      slug: plan?.slug ?? kind,
      revision: plan?.revision ?? 0,
      title: plan?.title ?? proposalText(run.terms.source, steps.filter(isPlanned).length),
    },
    ...(reason === undefined ? {} : { reason }),
    ...(incident === undefined ? {} : { incident }),
    ...(forMs === undefined ? {} : { forMs }),
    counts,
    changes: steps.filter(isPlanned).length,
    protected: asking.length,
    numbers: asking
      .slice(0, mostNumbersListed)
      .map(({ e164, name, connection, vendor, now, first, labels }) => ({
        ...(e164 === undefined ? {} : { e164 }),
        name,
        connection,
        vendor,
        now,
        first,
        labels,
      })),
    ...askerOf(userId, ctx.actor),
    ...(channelId === undefined ? {} : { channelId }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(viewId === undefined ? {} : { viewId }),
    at: ctx.now().toISOString(),
  };
}
