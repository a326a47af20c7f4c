import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Role } from "../../domain/shared/actor.ts";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { compare, pick, snapshot, type Snapshot } from "../../domain/numbers/change.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import {
  restoreOf,
  expectedState,
  restoreVerdict,
  type Restore,
  type RestorePoint,
  type RestoreVerdict,
} from "../../domain/changes/restore.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { readNumber, type NumberView } from "../numbers/get-number.ts";
import { possiblySupersededBy } from "../history/superseded-change.ts";
import { findAssignableAgent } from "../numbers/list-agents.ts";
import { requireConnectionAudited, requireRoleAudited } from "../access/permissions.ts";
import { changeStatus } from "../history/change-status.ts";

/** A change, its number as read live, and what a restore would do now. */
export interface RestorePreview {
  /** The person's role. */
  readonly role: Role;
  readonly record: ChangeRecord;
  readonly restore: Restore;
  readonly view: NumberView;
  /** The affected fields as they are now. */
  readonly now: Snapshot;
  /** The state that the change pipeline must find; see `expectedState`. */
  readonly seen: Snapshot;
  readonly verdict: RestoreVerdict;
  /** If the number was changed since: the later change through Patchbay; undefined if it was changed elsewhere. */
  readonly movedBy: ChangeRecord | undefined;
  /** For an undo: how the change ended since. */
  readonly ended: SubjectStatus | undefined;
  /** Why the state cannot be restored although nobody changed it since; `not_found` if the agent no longer exists. */
  readonly obstacle: Problem | undefined;
}

/**
 * Previews an undo of a change, or a restore of the state that it made. Changes nothing. For operators. It checks
 * permissions and opens the connection only once. Throws not_allowed, not_found, what `restoreOf` throws and what reading the number throws.
 */
export async function previewRestore(
  ctx: Context,
  changeId: string,
  to: RestorePoint,
): Promise<RestorePreview> {
  const permissions = await requireRoleAudited(ctx, "operator", "change numbers");
  const record = await ctx.workspace.audit.change(changeId);
  const restore = restoreOf(record, to);
  const { number } = record.requested;
  if (!number) throw new Problem("unsupported", "That change does not name a number.");
  const { connectionId, numberId } = number;
  await requireConnectionAudited(ctx, permissions, connectionId);
  const open = await openConnection(ctx, connectionId);
  const view = await readNumber(ctx, open, { connectionId, numberId });
  const now = pick(snapshot(view.number), Object.keys(restore.wanted));
  const verdict = restoreVerdict(restore, now);
  return {
    role: permissions.role,
    record,
    restore,
    view,
    now,
    seen: expectedState(restore, now),
    verdict,
    movedBy: verdict === "moved since" ? await movedBy(ctx, record, now) : undefined,
    ended: to === "before" ? await changeStatus(ctx, record) : undefined,
    obstacle: verdict === "already so" ? undefined : await obstacleTo(open, restore, view),
  };
}

/** The later change that explains the number's state; undefined if it was changed outside Patchbay. */
async function movedBy(ctx: Context, record: ChangeRecord, now: Snapshot): Promise<ChangeRecord | undefined> {
  const later = await possiblySupersededBy(ctx, record);
  const shared = pick(later ? leftBy(later) : {}, Object.keys(now));
  return later && compare(shared, now) === "same" ? later : undefined;
}

async function obstacleTo(
  open: OpenConnection,
  { change }: Restore,
  { number }: NumberView,
): Promise<Problem | undefined> {
  try {
    if (change.kind === "reassign") await findAssignableAgent(open, change.agentId);
    open.account.buildPatch(number, change);
    return undefined;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}
