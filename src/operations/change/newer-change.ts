import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { leftBy, mayHaveTakenEffect, partialEffectOf } from "../../domain/changes/change-record.ts";
import { affectedFields, type Change } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { RecordSeen } from "../access/change-request.ts";
import type { Context } from "../shared/context.ts";

const pageLength = 20;

/** The sequence of the newest change of a number on record; 0 if there is none. */
export async function newestSequence(ctx: Context, { connectionId, numberId }: NumberKey): Promise<number> {
  const [newest] = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 1 });
  return newest?.requested.sequence ?? 0;
}

/**
 * The newest change on record since a number was shown that wrote, or may have written, a field that this change writes.
 * A number that was changed and put back looks as it did, but somebody has worked on it since. Undefined if there is none.
 */
export async function findNewerChange(
  ctx: Context,
  { key: { connectionId, numberId }, change }: { readonly key: NumberKey; readonly change: Change },
  { sequence, runId }: RecordSeen,
): Promise<ChangeRecord | undefined> {
  const fields = new Set(affectedFields(change));
  const isNews = (record: ChangeRecord): boolean => {
    const written = mayHaveTakenEffect(record) ? leftBy(record) : partialEffectOf(record);
    const isOwn = runId !== undefined && record.requested.details?.["run"] === runId;
    return !isOwn && Object.keys(written).some((key) => fields.has(key));
  };
  for (let beforeSequence: number | undefined; ;) {
    const page = await ctx.workspace.audit.changes({
      number: { connectionId, numberId },
      beforeSequence,
      limit: pageLength,
    });
    const newer = page.filter(({ requested }) => requested.sequence > sequence);
    const found = newer.find(isNews);
    if (found || newer.length < pageLength) return found;
    beforeSequence = newer.at(-1)?.requested.sequence;
  }
}
