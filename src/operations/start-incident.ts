import { incidentKey, longestTitle, type Incident } from "../domain/incident.ts";
import { textFault } from "../domain/visible-text.ts";
import { Problem } from "../domain/problem.ts";
import type { Context } from "./context.ts";
import { checkRole, recordRefusal } from "./rights.ts";

/**
 * Opens an incident: from now on changes that are made in its channel belong to it. For operators. Throws not_allowed,
 * invalid_input (a key or title that is none, one of that key, or another one open there) and not_recorded; each
 * refusal is in the audit log.
 */
export async function startIncident(
  ctx: Context,
  wanted: {
    readonly key: string;
    readonly title?: string | undefined;
    readonly channelId: string | undefined;
  },
): Promise<Incident> {
  try {
    await checkRole(ctx, "operator", "start incidents");
    const key = incidentKey(wanted.key);
    const title = readTitle(wanted.title);
    const { channelId } = wanted;
    const startedAt = ctx.now().toISOString();
    return await ctx.workspace.incidents.start(
      { key, title, channelId, startedBy: ctx.actor, startedAt },
      {
        kind: "incident.started",
        actor: ctx.actor,
        requestId: ctx.requestId,
        reason: title,
        details: { incident: key, ...(channelId === undefined ? {} : { channel: channelId }) },
      },
    );
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "start an incident" }, error);
    throw error;
  }
}

function readTitle(text: string | undefined): string | undefined {
  const title = text?.trim();
  if (!title) return undefined;
  const fault = textFault(title);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "title" });
  const { length } = Array.from(title);
  if (length <= longestTitle) return title;
  const words = `The title of an incident has at most ${longestTitle} characters; this one has ${length}.`;
  throw new Problem("invalid_input", words, { field: "title" });
}
