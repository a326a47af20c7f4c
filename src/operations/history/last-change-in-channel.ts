import { Problem } from "../../domain/problem/problem.ts";
import { canBeUndone, mayHaveTakenEffect } from "../../domain/changes/change-record.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { Context } from "../shared/context.ts";
import { requireOperatorAudited, requireRoleAudited } from "../access/permissions.ts";

/** How many changes of the workspace are searched. */
const farthest = 1000;

/** Includes changes with an unknown outcome: an undo then reports that. */
const mayBeUndone = (record: ChangeRecord): boolean => mayHaveTakenEffect(record) || canBeUndone(record);

/**
 * The id of the caller's newest change that was requested in a conversation and had an effect, or may have. Throws
 * not_allowed, and not_found if there is none.
 */
export async function lastChangeInChannel(ctx: Context, channelId: string | undefined): Promise<string> {
  await requireRoleAudited(ctx, "operator", "change numbers");
  const { actor } = ctx;
  const changes = await ctx.workspace.audit.changes({ limit: farthest });
  const last = changes.find(
    (record) =>
      mayBeUndone(record) &&
      channelId !== undefined &&
      record.requested.details?.["channel"] === channelId &&
      record.requested.actor.kind === "user" &&
      actor.kind === "user" &&
      record.requested.actor.userId === actor.userId,
  );
  if (last?.requested.changeId !== undefined) return last.requested.changeId;
  throw new Problem(
    "not_found",
    "You have made no change in this conversation that could be undone. Name one by its id, or press Undo in the history.",
  );
}

/**
 * The id of a number's newest change that took effect or may have, by any person. Throws not_allowed, and not_found if
 * there is none.
 */
export async function lastChangeOf(ctx: Context, number: NumberKey): Promise<string> {
  await requireOperatorAudited(ctx, number.connectionId);
  const changes = await ctx.workspace.audit.changes({ number, limit: farthest });
  const last = changes.find(mayBeUndone)?.requested.changeId;
  if (last !== undefined) return last;
  throw new Problem("not_found", "Patchbay has made no change of this number that could be undone.");
}
