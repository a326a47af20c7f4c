import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";

/** The entry that a change was requested with, if it is on record. */
export async function recordedChange(ctx: Context, changeId: string): Promise<AuditEntry | undefined> {
  try {
    return (await ctx.workspace.audit.change(changeId)).requested;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
