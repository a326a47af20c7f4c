import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Context } from "../shared/context.ts";
import { presentNames } from "../shared/present-names.ts";
import { requireRoleAudited } from "../access/permissions.ts";

/** One page of history, newest first. */
export interface HistoryPage {
  readonly changes: readonly ChangeRecord[];
  /** The `beforeSequence` of the next page; undefined on the last one. */
  readonly next: number | undefined;
  /** The current name of the number, if this is the history of one number. */
  readonly called?: Pick<PhoneNumber, "name" | "e164"> | undefined;
}

/** The number, or the whole workspace without one, and the entry before which the page ends. */
export interface HistoryQuery {
  readonly number?: NumberKey | undefined;
  readonly beforeSequence?: number | undefined;
  readonly limit: number;
}

/**
 * The history of one number or of the whole workspace: changes that were made, refused or have an unknown outcome.
 * Throws not_allowed.
 */
export async function numberHistory(ctx: Context, query: HistoryQuery): Promise<HistoryPage> {
  await requireRoleAudited(ctx, "viewer", "see the history");
  return readHistory(ctx, query);
}

/** `numberHistory` for a caller that has checked permissions. */
export async function readHistory(ctx: Context, query: HistoryQuery): Promise<HistoryPage> {
  const found = await ctx.workspace.audit.changes({ ...query, limit: query.limit + 1 });
  const changes = found.slice(0, query.limit);
  const { number } = query;
  const called = number && (await presentNames(ctx, [number], "nothing"))(number);
  return {
    changes,
    called,
    next: found.length > query.limit ? changes.at(-1)?.requested.sequence : undefined,
  };
}
