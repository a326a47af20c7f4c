import { incidentKey, longestTitle, startedBefore, type Incident } from "../../domain/changes/incident.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import { assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";

/** The input for a new incident. */
export interface NewIncident {
  readonly key: string;
  readonly title?: string | undefined;
  readonly channelId: string | undefined;
}

/**
 * Normalizes the key and the title of a new incident. Reads only the store, so a form can call it before its ack.
 * Throws invalid_input: for the field `incident` if the key is invalid or taken, or the conversation has another open
 * incident; for the field `title` if it is too long.
 */
export async function checkNewIncident(
  { workspace: { incidents } }: Context,
  wanted: NewIncident,
): Promise<{ readonly key: string; readonly title: string | undefined }> {
  const key = incidentKey(wanted.key);
  const title = readTitle(wanted.title);
  const same = await found(async () => incidents.get(key));
  if (same) throw startedBefore(same);
  const other = wanted.channelId === undefined ? undefined : await incidents.openIn(wanted.channelId);
  if (other) throw taken(`${other.key} is open in this conversation. End it first, or start elsewhere.`);
  return { key, title };
}

/**
 * Opens an incident: from now on, changes made in its channel belong to it. For operators. Throws not_allowed,
 * invalid_input (see `checkNewIncident`) and not_recorded. Refusals are recorded, repeats as a count (ADR 33).
 */
export async function startIncident(ctx: Context, wanted: NewIncident): Promise<Incident> {
  try {
    const { onCall } = await assertRole(ctx, "operator", "start incidents");
    const { key, title } = await checkNewIncident(ctx, wanted);
    const { channelId } = wanted;
    const startedAt = ctx.now().toISOString();
    return await ctx.workspace.incidents.start(
      { key, title, channelId, startedBy: ctx.actor, startedAt },
      {
        kind: "incident.started",
        actor: ctx.actor,
        requestId: ctx.requestId,
        reason: title,
        details: {
          incident: key,
          ...(channelId === undefined ? {} : { channel: channelId }),
          ...onCallDetails(onCall?.role),
        },
      },
    );
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "start an incident" }, error);
    throw error;
  }
}

async function found(find: () => Promise<Incident>): Promise<Incident | undefined> {
  try {
    return await find();
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

function taken(words: string): Problem {
  return new Problem("invalid_input", words, { field: "incident" });
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
