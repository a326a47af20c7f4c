import type { ChangeRecord } from "../domain/audit-log.ts";
import type { NumberKey } from "../domain/phone-number.ts";
import type { Context } from "./context.ts";
import { requireRole } from "./rights.ts";

/** One page of history, newest first. */
export interface HistoryPage {
  readonly changes: readonly ChangeRecord[];
  /** The `beforeSequence` of the next page; undefined on the last one. */
  readonly next: number | undefined;
}

/** What happened to one number, or to all of the workspace: carried out, refused or unknown. Throws not_allowed. */
export async function numberHistory(
  ctx: Context,
  query: {
    readonly number?: NumberKey | undefined;
    readonly beforeSequence?: number | undefined;
    readonly limit: number;
  },
): Promise<HistoryPage> {
  await requireRole(ctx, "viewer", "see the history");
  const found = await ctx.workspace.audit.changes({ ...query, limit: query.limit + 1 });
  const changes = found.slice(0, query.limit);
  return { changes, next: found.length > query.limit ? changes.at(-1)?.requested.sequence : undefined };
}
