import type { Proposal } from "../../domain/alerts/proposal.ts";
import { longestTitle, type Incident } from "../../domain/changes/incident.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";

/** How many incidents of one key there may have been before. */
const mostKeys = 50;
/** How often somebody else may be faster. */
const mostRaces = 3;

/**
 * The key of the incident that a proposal belongs to: the one of that key if it is open, else one that is open in the channel,
 * else a new one. An incident that has ended is not opened again: the next one has a number behind its key. Undefined if
 * there is no key left. Throws not_recorded.
 */
export async function openIncidentFor(
  ctx: Context,
  { key, title, mapping: { channelId } }: Proposal,
): Promise<string | undefined> {
  const { incidents } = ctx.workspace;
  let races = 0;
  for (let number = 1; number <= mostKeys; number += 1) {
    const candidate = number === 1 ? key : `${key}.${number}`;
    const before = await find(ctx, candidate);
    if (before && !before.endedAt) return candidate;
    const open = await incidents.openIn(channelId);
    if (open) return open.key;
    if (before) continue;
    try {
      await start(ctx, { key: candidate, title, channelId });
      return candidate;
    } catch (error) {
      // Somebody has started one of that key or in that channel at this moment.
      if (!isProblem(error, "invalid_input") || races >= mostRaces) throw error;
      races += 1;
      number -= 1;
    }
  }
  return undefined;
}

async function start(
  ctx: Context,
  { key, title, channelId }: { readonly key: string; readonly title: string; readonly channelId: string },
): Promise<void> {
  const shown = Array.from(title).slice(0, longestTitle).join("");
  const startedAt = ctx.now().toISOString();
  await ctx.workspace.incidents.start(
    { key, title: shown, channelId, startedBy: ctx.actor, startedAt },
    {
      kind: "incident.started",
      actor: ctx.actor,
      requestId: ctx.requestId,
      details: { incident: key, channel: channelId },
    },
  );
}

async function find(ctx: Context, key: string): Promise<Incident | undefined> {
  try {
    return await ctx.workspace.incidents.get(key);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
