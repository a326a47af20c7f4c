import { Problem } from "../../domain/problem/problem.ts";
import { isSameRequester, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import { assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";
import { channelOf } from "../expiry/revert-expired.ts";
import { assertFirstTierIsAsShown } from "../runs/first-tier-as-shown.ts";
import { assertRecent } from "../runs/shown-preview.ts";
import { whenRevertIsAllowed } from "../runs/revert-rules.ts";
import type { Context } from "../shared/context.ts";

/**
 * Confirms a revert as it was shown. For operators, and only for the person it was shown to. Throws not_allowed,
 * not_found, conflict if the preview is too old or none of its numbers is as it was shown, ruled_out with all rules
 * that do not allow it as a whole, already_requested if this or another revert of the incident is running or done or
 * another run holds one of its numbers, and not_recorded. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function claimRevert(ctx: Context, revertId: string, by: RunRequester): Promise<Run> {
  const { runs } = ctx.workspace;
  try {
    const { onCall } = await assertRole(ctx, "operator", "revert incidents");
    const revert = await runs.get(revertId);
    if (revert.kind !== "revert") throw new Problem("not_found", "This is not the revert of an incident.");
    if (!isSameRequester(revert.by, by))
      throw new Problem("not_allowed", "This revert was shown to someone else. Ask for your own.");
    assertRecent(ctx, revert);
    await assertFirstTierIsAsShown(ctx, revert);
    const { incident = "", steps } = revert;
    const changes = String(steps.filter(isPlanned).length);
    const details = {
      incident,
      revert: revertId,
      changes,
      ...channelOf(by),
      ...onCallDetails(onCall?.role),
    };
    await whenRevertIsAllowed(ctx, revert, async (overrode) =>
      runs.begin(revertId, by, {
        kind: "incident.reverted",
        actor: ctx.actor,
        requestId: ctx.requestId,
        details: { ...details, ...overrode },
      }),
    );
    return await runs.get(revertId);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "revert an incident" }, error);
    throw error;
  }
}
