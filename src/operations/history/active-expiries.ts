import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { Context } from "../shared/context.ts";
import { searchDepth, permanentlySupersededAmong } from "./superseded-change.ts";
import { forEachInBatches, smallBatchSize, yieldToEventLoop } from "../../domain/shared/event-loop.ts";

/** The number of phone numbers to process before yielding to the event loop. */
const batchSize = 10;

/** A temporary change that took effect, or may have. */
export interface ActiveExpiry {
  readonly record: ChangeRecord;
  readonly temporary: TemporaryChange;
}

/**
 * The temporary changes of one number or all, the first to expire first. Changes that were undone or superseded are
 * left out, because their expiry has no effect.
 */
export async function activeExpiries(ctx: Context, key?: NumberKey): Promise<readonly ActiveExpiry[]> {
  const open = await ctx.workspace.temporaryChanges.open(key);
  const changes = await ctx.workspace.audit.changesWithUndo(open.map(({ changeId }) => changeId));
  const records = new Map(changes.map((change) => [change.record.requested.changeId, change]));
  const ends = open.flatMap((temporary) => {
    const { record, undone } = records.get(temporary.changeId) ?? {};
    return record && !undone && record.outcome?.outcome !== "refused" ? [{ record, temporary }] : [];
  });
  return withoutSuperseded(ctx, ends);
}

/** Queries the log once for each number. */
async function withoutSuperseded(
  ctx: Context,
  expiries: readonly ActiveExpiry[],
): Promise<readonly ActiveExpiry[]> {
  const temporaryIds = new Set(expiries.map(({ temporary }) => temporary.changeId));
  const histories = new Map<string, readonly ChangeRecord[]>();
  for (const { temporary } of expiries) {
    const { connectionId, numberId } = temporary;
    const id = JSON.stringify([connectionId, numberId]);
    if (histories.has(id)) continue;
    const number = { connectionId, numberId };
    histories.set(id, await ctx.workspace.audit.changes({ number, limit: searchDepth }));
    if (histories.size % batchSize === 0) await yieldToEventLoop();
  }
  const active: ActiveExpiry[] = [];
  await forEachInBatches(
    expiries,
    (end) => {
      const { connectionId, numberId } = end.temporary;
      const changes = histories.get(JSON.stringify([connectionId, numberId])) ?? [];
      const later = permanentlySupersededAmong(end.record, changes, (changeId) => temporaryIds.has(changeId));
      if (later === undefined) active.push(end);
    },
    smallBatchSize,
  );
  return active;
}

/** A newer temporary change of the same fields. It was made on top of this one, so it reverts first. */
export async function newerExpiry(
  ctx: Context,
  { connectionId, numberId }: TemporaryChange,
  { requested }: ChangeRecord,
): Promise<ActiveExpiry | undefined> {
  const fields = Object.keys(requested.wanted ?? {});
  const open = await activeExpiries(ctx, { connectionId, numberId });
  return open.find(
    ({ record: { requested: other } }) =>
      other.sequence > requested.sequence && fields.some((field) => Object.hasOwn(other.wanted ?? {}, field)),
  );
}
