import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { problemOf } from "../../domain/changes/change-record.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { requesterName, runTitle, type Run } from "../../domain/runs/run.ts";
import type { ResultStep } from "../../domain/runs/run-step.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import { changeNumber } from "../change/change-number.ts";
import { channelOf } from "../expiry/revert-expired.ts";
import { repeatedInTurn } from "../shared/bulk.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { traced } from "../shared/traced.ts";
import {
  isWorthRepeating,
  refusalOf,
  standstillOver,
  type Attempt,
  type Standstill,
} from "./step-attempt.ts";

/** A step to execute. */
export interface StepToExecute {
  readonly run: Run;
  readonly position: number;
  readonly step: ResultStep;
  readonly standstill: Standstill;
  /** Whether the run goes on; looked at when it is the step's turn. */
  mayStart(): Promise<boolean>;
  /** Called with the id of another attempt, once it is stored. */
  onNewId(changeId: string): void;
}

/**
 * Attempts a step. What was sent is never sent again, except what the vendor certainly did not do: that stays on
 * record, and the next attempt has a new id, which is stored before anything is sent with it. Throws not_recorded.
 */
export async function executeStep(ctx: Context, asked: StepToExecute): Promise<Attempt> {
  const { run, position, step, standstill } = asked;
  const { key, change } = step;
  if (!change) throw new Error(`the step ${step.changeId} has nothing to do`);
  let { changeId } = step;
  const before = await recordOf(ctx, changeId);
  if (before && !isWorthRepeating(run, step, before, standstill))
    return finalResult(ctx, run, before, standstill);
  if (before) {
    if (!(await asked.mayStart())) return { kind: "halted" };
    const from = changeId;
    changeId = ctx.newId("chg");
    if (!(await ctx.workspace.runs.tryAgain(run.id, position, { from, to: changeId })))
      return { kind: "outdated" };
    asked.onNewId(changeId);
  }
  let isStarted = true;
  try {
    await repeatedInTurn(ctx, key.connectionId, standstill.leftMs, async () => {
      isStarted = await asked.mayStart();
      if (!isStarted) return undefined;
      // A new request id for each attempt. An attempt that stopped between claiming its id and writing its record has
      // sent nothing.
      const own = derivedContext(ctx, { requestId: ctx.newId("req") });
      const follows = { requestId: ctx.requestId, changeId };
      return traced(own, { name: "run step", isRoot: true, follows }, async () =>
        changeNumber(own, {
          changeId,
          key,
          change,
          seen: step.now,
          recordSeen: step.newest === undefined ? undefined : { sequence: step.newest, runId: run.id },
          reason: reasonOf(run),
          details: detailsOf(run, step),
          override: step.approval && { kind: "run", runId: run.id, position },
        }),
      );
    });
  } catch (error) {
    if (!isProblem(error) || error.code === "not_recorded") throw error;
    // A server that held the run before this one may have sent the change after this one had looked for it.
    const made = await recordOf(ctx, changeId);
    if (made) return finalResult(ctx, run, made, standstill);
    // An approval counts only while the run goes on: if somebody paused it meanwhile, the step is still left.
    if (error.code === "approval_required" && !(await asked.mayStart())) return { kind: "halted" };
    if (error.code === "not_allowed" && !(await isKeptFrom(ctx, key.connectionId)))
      return { kind: "not_operator" };
    if (error.code !== "rate_limited") standstill.progressed();
    // The time for waiting is over.
    else return standstillOver(run, error);
    // It is as it was shown, so a fail-back has to look at it again.
    const isChangedSince = error.code === "conflict" && error.details.field === "record";
    return refusalOf(run, isChangedSince ? "changed_since" : error.code, error.message);
  }
  if (!isStarted) return { kind: "halted" };
  const sent = await recordOf(ctx, changeId);
  if (!sent) throw new Error(`the change ${changeId} is not on record`);
  const { outcome } = sent;
  const problem = outcome?.outcome === "refused" ? outcome.problem : undefined;
  const attempt = problem && refusalOf(run, problem.code, problem.message);
  return attempt && attempt.kind !== "result" ? attempt : finalResult(ctx, run, sent, standstill);
}

/**
 * Whether an admin keeps this operator from the numbers of the connection. Everything else may pass: a shift begins, or
 * Slack answers again, maybe since the refusal.
 */
async function isKeptFrom({ authorizer, actor }: Context, connectionId: string): Promise<boolean> {
  const { role, deniedConnections, unavailableReason } = await authorizer.permissions(actor);
  return (
    roleIsEnough(role, "operator") &&
    unavailableReason === undefined &&
    deniedConnections.includes(connectionId)
  );
}

function reasonOf(run: Run): string {
  if (run.kind === "revert") return `${run.incident ?? ""} is reverted`;
  const { reason } = run.terms;
  return reason === undefined ? runTitle(run) : `${runTitle(run)}: ${reason}`;
}

function detailsOf(run: Run, { undoes }: ResultStep) {
  const { incident, by, terms } = run;
  const { plan } = terms;
  return {
    ...(incident === undefined ? {} : { incident }),
    ...(undoes === undefined ? {} : { undoes }),
    for: requesterName(by),
    run: run.id,
    ...(plan === undefined ? {} : { plan: plan.slug, revision: String(plan.revision) }),
    ...channelOf(by),
  };
}

async function recordOf(ctx: Context, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    return await ctx.workspace.audit.change(changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

async function finalResult(
  ctx: Context,
  run: Run,
  record: ChangeRecord,
  standstill: Standstill,
): Promise<Attempt> {
  const { requested, outcome } = record;
  const problem = problemOf(record);
  const [why, code] = [problem?.message, problem?.code];
  if (code !== "rate_limited") standstill.progressed();
  if (outcome && outcome.outcome !== "unknown")
    return { kind: "result", result: { outcome: outcome.outcome ?? "refused", why, code } };
  const { changeId = "" } = requested;
  const { userId, channelId, threadTs } = run.by;
  // A shell that acts for nobody finds the outcome in the history.
  if (userId !== undefined) await ctx.workspace.notifications.keep(changeId, { userId, channelId, threadTs });
  ctx.reconcileLater(changeId);
  const stopped = "Patchbay was stopped before the vendor's answer came.";
  return { kind: "result", result: { outcome: "unknown", why: why ?? stopped, code } };
}
