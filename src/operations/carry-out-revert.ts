import type { ChangeRecord } from "../domain/audit-log.ts";
import { problemOf } from "../domain/change-record.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { AskedBy, Revert, RevertStep, StepResult } from "../domain/revert.ts";
import { changeNumber } from "./change-number.ts";
import type { Context } from "./context.ts";
import { atOncePerConnection } from "./look-at-incident.ts";
import { checkRole, recordRefusal } from "./rights.ts";
import { channelOf } from "./revert-timed.ts";
import { sideBySide } from "./side-by-side.ts";

/**
 * Confirms a revert as it was shown. For operators, and only for whoever it was shown to. Throws not_allowed, not_found,
 * already_requested when it, or another one of the incident, is under way or done, and not_recorded; each refusal is in
 * the audit log.
 */
export async function beginRevert(ctx: Context, revertId: string, by: AskedBy): Promise<Revert> {
  try {
    await checkRole(ctx, "operator", "revert incidents");
    const revert = await ctx.workspace.reverts.get(revertId);
    if (revert.by.userId !== by.userId)
      throw new Problem("not_allowed", "This revert was shown to somebody else. Ask for your own.");
    const { incident } = revert;
    const count = revert.steps.filter(({ verdict }) => verdict.kind === "will_revert").length;
    await ctx.workspace.reverts.begin(revertId, by, {
      kind: "incident.reverted",
      actor: ctx.actor,
      requestId: ctx.requestId,
      details: { incident, revert: revertId, changes: String(count), ...channelOf(by) },
    });
    return { ...revert, by, state: "running" };
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "revert an incident" }, error);
    throw error;
  }
}

/**
 * Puts back what a confirmed revert has left, each number through the waist, a few of a connection at a time; goes on
 * where another process has stopped. `onStep` hears of each step that is done. It is over once it was told and ended by
 * the caller. Throws not_recorded: then it can be called once more.
 */
export async function carryOutRevert(
  ctx: Context,
  revertId: string,
  onStep: (revert: Revert) => void = () => undefined,
): Promise<Revert> {
  const { reverts } = ctx.workspace;
  const revert = await reverts.get(revertId);
  const steps = [...revert.steps];
  const left = [...steps.entries()].filter(([, step]) => step.verdict.kind === "will_revert" && !step.result);
  const keyOf = ([, { key }]: (typeof left)[number]): string => key.connectionId;
  await sideBySide(left, { keyOf, atOnce: atOncePerConnection }, async ([position, step]) => {
    const result = await putBack(ctx, revert, step);
    await reverts.noteStep(revertId, position, result);
    steps[position] = { ...step, result };
    onStep({ ...revert, steps: [...steps] });
  });
  return reverts.get(revertId);
}

async function putBack(ctx: Context, revert: Revert, step: RevertStep): Promise<StepResult> {
  const { key, change, changeId, now, undoes } = step;
  if (!change) throw new Error(`the step ${changeId} has nothing to do`);
  const before = await recordOf(ctx, changeId);
  // Sent by a process that was stopped since: it is not sent again.
  if (before) return resultOf(ctx, revert, before);
  const { incident, by } = revert;
  try {
    // An id of its own for each try: one that was stopped between the claim of its id and the record has sent nothing.
    await changeNumber(
      { ...ctx, requestId: ctx.newId("req") },
      {
        changeId,
        key,
        change,
        seen: now,
        reason: `${incident} is reverted`,
        details: { incident, undoes, for: by.userId, ...channelOf(by) },
      },
    );
  } catch (error) {
    if (!isProblem(error) || error.code === "not_recorded") throw error;
    return { outcome: "refused", why: error.message };
  }
  return resultOf(ctx, revert, await ctx.workspace.audit.change(changeId));
}

async function recordOf(ctx: Context, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    return await ctx.workspace.audit.change(changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

async function resultOf(ctx: Context, { by }: Revert, record: ChangeRecord): Promise<StepResult> {
  const { requested, outcome } = record;
  const why = problemOf(record)?.message;
  if (outcome && outcome.outcome !== "unknown") return { outcome: outcome.outcome ?? "refused", why };
  const { changeId = "" } = requested;
  const { userId, channelId, threadTs } = by;
  await ctx.workspace.said.keep(changeId, { userId, channelId, threadTs });
  ctx.settleLater(changeId);
  return { outcome: "unknown", why: why ?? "Patchbay was stopped before the vendor's answer came." };
}
