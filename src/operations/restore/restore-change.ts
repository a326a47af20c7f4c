import type { Snapshot } from "../../domain/numbers/change.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { restoreOf, type RestorePoint } from "../../domain/changes/restore.ts";
import type { ReplyTarget } from "../../domain/notifications/reply-target.ts";
import type { Override } from "../access/change-request.ts";
import type { Context } from "../shared/context.ts";
import { submitChange, type ChangeSubmission } from "../approval/submit-change.ts";
import { assertRole, recordRefusal } from "../access/permissions.ts";

/** A request to undo a change, or to restore the state that it made, with what the person saw. */
export interface RestoreRequest {
  /** The change that is restored. */
  readonly restores: string;
  readonly to: RestorePoint;
  /** The id for the new change. */
  readonly changeId?: string | undefined;
  /** The fields as the person saw them. If one has changed since, that is a conflict. */
  readonly seen: Snapshot;
  readonly reason?: string | undefined;
  /** The key of the incident that it belongs to. */
  readonly incident?: string | undefined;
  readonly replyTo?: ReplyTarget | undefined;
  /** What allows it although the number is frozen or protected. */
  readonly override?: Override | undefined;
}

/**
 * Restores a change through the change pipeline, as a change of its own whose record refers to the other one: `undoes`
 * or `restores`. If the number is protected, approval is requested. Throws what `restoreOf` and `submitChange` throw,
 * and not_found if the workspace has no such change. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function restoreChange(ctx: Context, request: RestoreRequest): Promise<ChangeSubmission> {
  const { restores, to, incident, ...rest } = request;
  const { key, change } = await restoredBy(ctx, restores, to);
  const details = {
    [to === "before" ? "undoes" : "restores"]: restores,
    ...(incident === undefined ? {} : { incident }),
  };
  return submitChange(ctx, { ...rest, key, change, details });
}

async function restoredBy(ctx: Context, changeId: string, to: RestorePoint) {
  try {
    await assertRole(ctx, "operator", "change numbers");
    const record = await ctx.workspace.audit.change(changeId);
    const { change } = restoreOf(record, to);
    const { number } = record.requested;
    if (!number) throw new Problem("unsupported", "That change does not name a number.");
    const { connectionId, numberId } = number;
    return { key: { connectionId, numberId }, change };
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "undo a change" }, error);
    throw error;
  }
}
