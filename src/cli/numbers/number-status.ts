import { z } from "zod";
import { isRunApproval, type RequestedRun } from "../../domain/changes/approval.ts";
import { requesterName, runNoun, runTitle } from "../../domain/runs/run.ts";
import { workspaceStatus } from "../../operations/workspace/workspace-status.ts";
import { titleOf } from "../../operations/shared/format-number.ts";
import { controlCommand } from "../control/control-command.ts";
import {
  changeDocument,
  changeOf,
  connectionDocument,
  connectionOf,
} from "../../operations/documents/number-document.ts";

/** What needs attention in a workspace. */
export const statusDocument = z.object({
  workspace: z.string(),
  at: z.string(),
  runs: z.array(
    z.object({
      run: z.string(),
      title: z.string(),
      state: z.string(),
      by: z.string(),
      startedAt: z.string().optional(),
      endsAt: z.string().optional(),
    }),
  ),
  unreadableRuns: z.array(z.string()),
  failing: z.array(z.object({ connection: connectionDocument, problem: z.string() })),
  /** Changes that left a number without an agent. */
  detached: z.array(changeDocument),
  unknown: z.array(changeDocument),
  pending: z.array(
    z.object({
      approval: z.string(),
      about: z.string(),
      by: z.string(),
      reason: z.string().optional(),
      expiresAt: z.string(),
    }),
  ),
  temporary: z.array(z.object({ change: changeDocument, endsAt: z.string(), state: z.string() })),
});
export type StatusDocument = z.infer<typeof statusDocument>;

export const showStatus = controlCommand({
  name: "number.status",
  input: z.object({}),
  output: statusDocument,
  run: async (ctx) => {
    const status = await workspaceStatus(ctx);
    return {
      workspace: ctx.workspace.id,
      at: status.at.toISOString(),
      runs: status.runs.map((run) => ({
        run: run.id,
        title: runTitle(run),
        state: run.state,
        by: requesterName(run.by),
        startedAt: run.startedAt,
        endsAt: run.endsAt,
      })),
      unreadableRuns: [...status.unreadableRuns],
      failing: status.failing.map(({ connection, problem }) => ({
        connection: connectionOf(connection),
        problem: problem?.message ?? "",
      })),
      detached: status.detached.map((record) => changeOf(ctx, record)),
      unknown: status.unknown.map((record) => changeOf(ctx, record)),
      pending: status.pending.map(({ approval }) => ({
        approval: approval.id,
        about: isRunApproval(approval)
          ? aboutRun(approval.asked)
          : `${approval.asked.change.kind} ${titleOf({ e164: approval.asked.e164, name: approval.asked.name ?? undefined })}`,
        by: approval.asked.userId,
        reason: approval.asked.reason,
        expiresAt: approval.expiresAt,
      })),
      temporary: status.expiries.map(({ record, temporary }) => ({
        change: changeOf(ctx, record),
        endsAt: temporary.endsAt.toISOString(),
        state: temporary.state,
      })),
    };
  },
});

function aboutRun({ kind, plan }: RequestedRun): string {
  return kind === "routes" ? plan.title : `${runNoun(kind)} ${plan.slug}`;
}
