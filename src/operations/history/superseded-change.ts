import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Context } from "../shared/context.ts";

/** How many of a number's last changes are searched. */
export const searchDepth = 200;

/**
 * The newest later change of the same fields that permanently supersedes this one, so that this one's expiry has no
 * effect. It took effect, was not undone, and is not a temporary change that is still running, which `isTemporary`
 * tells.
 */
export function permanentlySupersededAmong(
  { requested }: ChangeRecord,
  newestFirst: readonly ChangeRecord[],
  isTemporary: (changeId: string) => boolean,
): ChangeRecord | undefined {
  const fields = Object.keys(requested.wanted ?? {});
  const later = newestFirst.filter(
    ({ requested: other, outcome }) =>
      other.sequence > requested.sequence && outcome?.outcome === "applied" && other.changeId !== undefined,
  );
  const laterIds = new Set(later.map(({ requested: { changeId } }) => changeId));
  // A change and its undo cancel each other out, so neither counts.
  const undone = new Set<string | undefined>();
  for (const record of later) {
    const { changeId = "", details, wanted = {} } = record.requested;
    if (undone.has(changeId)) continue;
    const undoes = details?.["undoes"];
    if (undoes !== undefined && laterIds.has(undoes)) undone.add(undoes);
    else if (fields.some((field) => Object.hasOwn(wanted, field)) && !isTemporary(changeId)) return record;
  }
  return undefined;
}

/** The change that permanently superseded this one, if any. */
export async function permanentlySupersededBy(
  ctx: Pick<Context, "workspace">,
  record: ChangeRecord,
): Promise<ChangeRecord | undefined> {
  const { number } = record.requested;
  if (!number) return undefined;
  const { connectionId, numberId } = number;
  const key = { connectionId, numberId };
  const [changes, open] = await Promise.all([
    ctx.workspace.audit.changes({ number: key, limit: searchDepth }),
    ctx.workspace.temporaryChanges.open(key),
  ]);
  const temporary = new Set(open.map(({ changeId }) => changeId));
  return permanentlySupersededAmong(record, changes, (changeId) => temporary.has(changeId));
}

/**
 * The newest change through Patchbay that was sent after this one and wrote one of the same fields of the same number,
 * unless it was refused. Undefined if there is none among the number's last 100.
 */
export async function possiblySupersededBy(
  ctx: Context,
  { requested }: ChangeRecord,
): Promise<ChangeRecord | undefined> {
  if (!requested.number) return undefined;
  const { connectionId, numberId } = requested.number;
  const newest = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 100 });
  const fields = Object.keys(requested.wanted ?? {});
  return newest.find(
    ({ requested: other, outcome }) =>
      other.sequence > requested.sequence &&
      other.kind === "change.requested" &&
      outcome?.outcome !== "refused" &&
      fields.some((field) => Object.hasOwn(other.wanted ?? {}, field)),
  );
}
