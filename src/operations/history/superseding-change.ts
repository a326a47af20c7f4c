import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { Context } from "../shared/context.ts";

/**
 * The newest change through Patchbay that was sent after this one and wrote one of the same fields of the same number,
 * unless it was refused. Undefined if there is none among the number's last 100.
 */
export async function supersedingChange(
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
