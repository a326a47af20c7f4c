import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { runbookUrlFault } from "../../domain/text/runbook-url.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";
import { scopeEvent } from "../restrictions/target.ts";
import type { Context } from "../shared/context.ts";

/** What only an admin may do, in words. */
export const runbookAct = "set runbooks";

/**
 * Links a number to its runbook, or removes that link where `typed` is empty, for an admin, with its entry. Returns the
 * address that it has now. Throws not_allowed, not_connected, invalid_input, nothing_to_change and not_recorded.
 */
export async function setRunbook(ctx: Context, key: NumberKey, typed: string): Promise<string | undefined> {
  await requireRoleAudited(ctx, "admin", runbookAct);
  const about = await scopeEvent(ctx, key);
  const event = <Kind extends AuditKind>(kind: Kind) =>
    ({ ...about, kind, actor: ctx.actor, requestId: ctx.requestId, outcome: "applied" }) as const;
  const { runbooks } = ctx.workspace;
  try {
    if (!about.connection) throw new Problem("not_connected", "That connection is no longer there.");
    const url = typed.trim();
    const fault = url === "" ? undefined : runbookUrlFault(url);
    if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "url" });
    const before = await runbooks.of(key);
    if (url === (before ?? ""))
      throw new Problem(
        "nothing_to_change",
        url === "" ? "The number has no runbook." : "The number already has this runbook.",
      );
    if (url !== "") {
      await runbooks.set({ key, url }, { ...event("runbook.set"), details: { url } });
      return url;
    }
    await runbooks.remove(key, { ...event("runbook.removed"), details: { url: before ?? "" } });
    return undefined;
  } catch (error) {
    await recordRefusal(ctx, { ...about, kind: "action.refused", reason: runbookAct }, error);
    throw error;
  }
}
