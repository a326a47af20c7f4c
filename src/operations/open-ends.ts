import type { ChangeRecord } from "../domain/audit-log.ts";
import type { NumberKey } from "../domain/phone-number.ts";
import type { TimedChange } from "../domain/timed-change.ts";
import type { Context } from "./context.ts";
import { laterChange } from "./later-change.ts";

/** A change that took effect, or may have, and ends by itself. */
export interface OpenEnd {
  readonly record: ChangeRecord;
  readonly timed: TimedChange;
}

/** The changes that end by themselves, of one number or of all, the first to end first; none that was undone since. */
export async function openEnds(ctx: Context, key?: NumberKey): Promise<readonly OpenEnd[]> {
  const found: OpenEnd[] = [];
  for (const timed of await ctx.workspace.timed.open()) {
    if (key && (timed.connectionId !== key.connectionId || timed.numberId !== key.numberId)) continue;
    const record = await ctx.workspace.audit.change(timed.changeId);
    if (record.outcome?.outcome === "refused") continue;
    const later = await laterChange(ctx, record);
    if (later?.requested.details?.["undoes"] !== timed.changeId) found.push({ record, timed });
  }
  return found;
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
