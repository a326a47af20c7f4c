import type { ChangeRecord } from "../domain/audit-log.ts";
import { compare, pick, snapshot } from "../domain/change.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import { openConnection, type Context } from "./context.ts";

/**
 * Looks again at the changes of a workspace that have no outcome, or an unknown one, and writes down what the vendor
 * shows. Nothing is ever sent again. Returns those whose outcome became known or was written for the first time.
 */
export async function settleChanges(ctx: Context): Promise<readonly ChangeRecord[]> {
  const settled: ChangeRecord[] = [];
  for (const record of await ctx.workspace.audit.unsettled()) {
    if (await settle(ctx, record))
      settled.push(await ctx.workspace.audit.change(record.requested.changeId ?? ""));
  }
  return settled;
}

async function settle(ctx: Context, { requested, outcome }: ChangeRecord): Promise<boolean> {
  const { number, wanted = {} } = requested;
  if (!number) return false;
  const { sequence: _sequence, id: _id, at: _at, workspaceId: _workspace, ...event } = requested;
  const finding = await lookAt(ctx, number, wanted);
  if (outcome && finding.outcome === "unknown") return false;
  await ctx.workspace.audit.append({
    ...event,
    ...finding,
    kind: "change.outcome",
    actor: ctx.actor,
    requestId: ctx.requestId,
  });
  return true;
}

async function lookAt(
  ctx: Context,
  key: { connectionId: string; numberId: string },
  wanted: ChangeRecord["requested"]["wanted"] = {},
) {
  try {
    const { account } = await openConnection(ctx, key.connectionId);
    const now = snapshot(await account.getNumber(key.numberId));
    const after = pick(now, Object.keys(wanted));
    if (compare(wanted, now) === "same") return { outcome: "applied", after, problem: undefined } as const;
    const message =
      "Patchbay stopped before the vendor's answer came; the number does not show the change so far.";
    return { outcome: "unknown", after, problem: { code: "outcome_unknown", message } } as const;
  } catch (error) {
    const problem = isProblem(error)
      ? error
      : new Problem("outcome_unknown", "Patchbay failed while it looked at the number again.", {}, error);
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "unsettled change could not be looked at");
    return { outcome: "unknown", problem: { code: problem.code, message: problem.message } } as const;
  }
}
