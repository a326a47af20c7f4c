import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RunCalls } from "../../domain/runs/run-calls.ts";
import type { Run } from "../../domain/runs/run.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { loadRunCalls } from "./load-run-calls.ts";

/** The run that a message shows, with its first calls; undefined if it shows none. For viewers. Throws not_allowed. */
export async function runOfMessage(
  ctx: Context,
  address: MessageAddress,
): Promise<{ readonly run: Run; readonly calls: RunCalls | undefined } | undefined> {
  const noted = await ctx.workspace.messagesWithButtons.find(address);
  if (noted?.act.kind !== "run") return undefined;
  await requireRoleAudited(ctx, "viewer", "see runs");
  try {
    const run = await ctx.workspace.runs.get(noted.act.runId);
    return { run, calls: await loadRunCalls(ctx, run) };
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
