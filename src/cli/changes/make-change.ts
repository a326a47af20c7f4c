import { pick, snapshot, wantedState } from "../../domain/numbers/change.ts";
import { isResultSettled } from "../../domain/changes/change-record.ts";
import { submitChange, type ChangeSubmission } from "../../operations/approval/submit-change.ts";
import { restoreChange } from "../../operations/restore/restore-change.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import { connectionOf, numberOf, versionWordOf } from "../../operations/documents/number-document.ts";
import {
  previewedChange,
  resultDocument,
  type PreviewedChange,
  type ResultDocument,
} from "./change-documents.ts";

/** Makes a change exactly as it was previewed, through the change pipeline, or asks for its approval. */
export const makeChange = controlCommand({
  name: "number.change",
  input: previewedChange,
  output: resultDocument,
  run: async (ctx, previewed, hooks) => {
    const submission = await submit(ctx, previewed);
    if (submission.kind === "asked") hooks.askApprovers?.(ctx, submission.approval);
    if (submission.kind === "changed" && !isResultSettled(submission.result))
      ctx.reconcileLater(submission.result.changeId);
    return resultOf(ctx, submission);
  },
});

async function submit(ctx: Context, previewed: PreviewedChange): Promise<ChangeSubmission> {
  const { changeId, key, change, seen, reason, ends, incident, undoes } = previewed;
  const override = previewed.breakGlass ? ({ kind: "break_glass" } as const) : undefined;
  if (undoes !== undefined)
    return restoreChange(ctx, { restores: undoes, to: "before", changeId, seen, reason, incident, override });
  return submitChange(ctx, {
    changeId,
    key,
    change,
    seen,
    reason,
    ends,
    details: incident === undefined ? undefined : { incident },
    override,
  });
}

function resultOf(ctx: Context, submission: ChangeSubmission): ResultDocument {
  const { workspace, accounts } = ctx;
  if (submission.kind === "asked") {
    const { id, expiresAt, asked } = submission.approval;
    return {
      workspace: workspace.id,
      outcome: "asked",
      changeId: asked.changeId,
      change: asked.change.kind,
      number: {
        connection: connectionOf(asked.connection),
        id: asked.key.numberId,
        e164: asked.e164,
        name: asked.name,
      },
      vendor: accounts.vendor(asked.connection.vendor).title,
      versionWord: versionWordOf(ctx, asked.connection.vendor),
      before: asked.seen,
      after: wantedState(asked.change),
      labels: asked.labels,
      reason: asked.reason,
      isRecorded: true,
      approval: { id, expiresAt },
    };
  }
  const { result } = submission;
  const { outcome, change, before, after, problem, connection } = result;
  const wanted = wantedState(change);
  const shown = outcome === "applied" && after ? pick(snapshot(after), Object.keys(wanted)) : {};
  return {
    workspace: workspace.id,
    outcome,
    changeId: result.changeId,
    change: change.kind,
    number: numberOf(connection, before),
    vendor: accounts.vendor(connection.vendor).title,
    versionWord: versionWordOf(ctx, connection.vendor),
    before: pick(snapshot(before), Object.keys(wanted)),
    after: { ...wanted, ...shown },
    labels: { ...result.labels },
    reason: result.reason,
    until: result.until?.toISOString(),
    proof: after ? (result.readBack ? "read_back" : "answer") : undefined,
    verifiedAt: result.verifiedAt.toISOString(),
    problem: problem && { code: problem.code, message: problem.message },
    breakGlass: result.policyDecision.details.breakGlass === "yes" ? true : undefined,
    isRecorded: result.outcomeRecorded,
  };
}
