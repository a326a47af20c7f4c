import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { problemOf } from "../../domain/changes/change-record.ts";
import { isProblem, type Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import { requesterName, runTitle, type Run } from "../../domain/runs/run.ts";
import type { ResultStep, StepResult } from "../../domain/runs/run-step.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import { changeNumber } from "../change/change-number.ts";
import { channelOf } from "../expiry/revert-expired.ts";
import { repeatedInTurn } from "../shared/bulk.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { traced } from "../shared/traced.ts";

/** How often a failover sends a change again that the vendor has rate-limited. */
export const longestQueue = 5;

/** Problems of a whole connection: its other steps would meet them as well. */
const connectionProblems: ReadonlySet<string> = new Set<ProblemCode>([
  "credentials_rejected",
  "not_connected",
]);

/** What became of an attempt at a step. */
export type Attempt =
  | { readonly kind: "result"; readonly result: StepResult }
  /** It was rate-limited, or could not be read: nothing was changed, and it is tried again after the others. */
  | { readonly kind: "again"; readonly code: string; readonly why: string }
  /** Nothing was changed, and its whole connection cannot be reached. */
  | { readonly kind: "unreachable"; readonly code: string; readonly why: string }
  /** Nothing was changed, because the person in whose name the run goes is no operator now. */
  | { readonly kind: "not_operator" }
  /** It was not begun, because the run does not go on. */
  | { readonly kind: "halted" }
  /** It was not begun, because the database has something else about the step than this process. */
  | { readonly kind: "outdated" };

/** How much longer the steps of a connection may be rate-limited. Each step that is not starts the time again. */
export interface Standstill {
  leftMs(): number;
  progressed(): void;
}

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

/** What a refusal means that changed nothing. Reverts report each number; other runs spare the connection. */
function refusalOf(run: Run, code: string, why: string): Attempt {
  if (run.kind !== "revert" && connectionProblems.has(code)) return { kind: "unreachable", code, why };
  if (code === "rate_limited" || (run.kind !== "revert" && code === "vendor_unavailable"))
    return { kind: "again", code, why };
  return { kind: "result", result: { outcome: "refused", why, code } };
}

/** Whether a change that the vendor certainly did not make is sent again. */
function isWorthRepeating(
  run: Run,
  { requeued = 0 }: ResultStep,
  record: ChangeRecord,
  standstill: Standstill,
): boolean {
  const code = record.outcome?.outcome === "refused" ? record.outcome.problem?.code : undefined;
  if (run.kind === "revert") return code === "rate_limited" && standstill.leftMs() > 0;
  if (code !== undefined && connectionProblems.has(code)) return true;
  const mayPass = code === "rate_limited" || code === "vendor_unavailable";
  return mayPass && requeued < longestQueue && standstill.leftMs() > 0;
}

/** What it means that a connection rate-limits everything for so long. */
function standstillOver(run: Run, { code, message: why }: Problem): Attempt {
  if (run.kind === "revert") return { kind: "result", result: { outcome: "refused", why, code } };
  return { kind: "unreachable", code, why };
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
