import type { ChangeRecord } from "../domain/audit-log.ts";
import type { NumberKey } from "../domain/phone-number.ts";
import type { TimedChange } from "../domain/timed-change.ts";
import type { Context } from "./context.ts";

/** A change that took effect, or may have, and ends by itself. */
export interface OpenEnd {
  readonly record: ChangeRecord;
  readonly timed: TimedChange;
}

/** The changes that end by themselves, of one number or of all, the first to end first; none that was undone since. */
export async function openEnds(ctx: Context, key?: NumberKey): Promise<readonly OpenEnd[]> {
  const open = await ctx.workspace.timed.open(key);
  const changes = await ctx.workspace.audit.changesWithUndo(open.map(({ changeId }) => changeId));
  const records = new Map(changes.map((change) => [change.record.requested.changeId, change]));
  return open.flatMap((timed) => {
    const { record, undone } = records.get(timed.changeId) ?? {};
    return record && !undone && record.outcome?.outcome !== "refused" ? [{ record, timed }] : [];
  });
}

/** A newer change of the same fields that has an end of its own: it was laid over this one, so it goes first. */
export async function newerEnd(
  ctx: Context,
  { connectionId, numberId }: TimedChange,
  { requested }: ChangeRecord,
): Promise<OpenEnd | undefined> {
  const fields = Object.keys(requested.wanted ?? {});
  const open = await openEnds(ctx, { connectionId, numberId });
  return open.find(
    ({ record: { requested: other } }) =>
      other.sequence > requested.sequence && fields.some((field) => Object.hasOwn(other.wanted ?? {}, field)),
  );
}
