import { incidentKey, type Incident } from "../../domain/changes/incident.ts";
import type { Context } from "../shared/context.ts";
import { assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";

/**
 * Closes an incident: changes made in its channel no longer belong to it. No number is changed. `channelId` is where
 * this is announced. For operators. Throws not_allowed, not_found, invalid_input if it is already closed, and
 * not_recorded. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function endIncident(ctx: Context, text: string, channelId?: string): Promise<Incident> {
  try {
    const { onCall } = await assertRole(ctx, "operator", "end incidents");
    const key = incidentKey(text);
    return await ctx.workspace.incidents.end(
      key,
      { actor: ctx.actor, at: ctx.now().toISOString() },
      {
        kind: "incident.ended",
        actor: ctx.actor,
        requestId: ctx.requestId,
        details: {
          incident: key,
          ...(channelId === undefined ? {} : { channel: channelId }),
          ...onCallDetails(onCall?.role),
        },
      },
    );
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "end an incident" }, error);
    throw error;
  }
}
