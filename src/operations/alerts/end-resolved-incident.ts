import { reopensMs, type Proposal } from "../../domain/alerts/proposal.ts";
import type { Incident } from "../../domain/changes/incident.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Verdict } from "../../domain/runs/run-step.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { allIncidentChanges } from "../incident/incident-changes.ts";
import { planRevertSteps } from "../runs/plan-revert.ts";
import type { Context } from "../shared/context.ts";
import type { Again } from "../shared/work/work-runner.ts";

/** The next look at numbers that cannot be read now, and for how long, in milliseconds. */
const unreadMs = 5 * 60_000;
/** The next look if something came while the numbers were read, in milliseconds. */
const againMs = 5_000;
const longestUnreadMs = 24 * 60 * 60_000;

/**
 * Ends the incident of a resolved proposal, if alerts opened it, all of its alerts have been resolved for a while, and
 * nothing that was changed for it is still in place. Otherwise people end it. Changes no number. Returns when to look
 * again; undefined if something else will say so. Throws not_recorded.
 */
export async function endResolvedIncident(ctx: Context, proposal: Proposal): Promise<Again> {
  const incident = await openedByAlerts(ctx, proposal.incident);
  if (!incident) return undefined;
  const { key, channelId } = incident;
  const proposals = await ctx.workspace.proposals.ofIncident(key);
  // The one that is resolved last comes here again.
  if (proposals.some(({ state }) => state !== "resolved")) return undefined;
  const quietSince = Math.max(...proposals.map(({ changedAt }) => Date.parse(changedAt)));
  const leftMs = quietSince + reopensMs - ctx.now().getTime();
  if (leftMs > 0) return { dueInMs: leftMs };
  // Nothing ends by a clock that is wrong.
  if (ctx.isClockSkewed()) return { dueInMs: unreadMs };
  // What comes while the numbers are read has a later one.
  const [last] = await ctx.workspace.audit.entries({ incident: key, limit: 1 });
  const remains = await whatRemains(ctx, key);
  // A number that is gone is never read: after a day people end the incident.
  if (remains === "unread") return -leftMs < longestUnreadMs ? { dueInMs: unreadMs } : undefined;
  if (remains === "changes") return undefined;
  const { actor, requestId } = ctx;
  const details = { incident: key, ...(channelId === undefined ? {} : { channel: channelId }) };
  const hasEnded = await ctx.workspace.incidents.endIfQuiet(
    key,
    { actor, at: ctx.now().toISOString() },
    { sequence: last?.sequence ?? 0, quietSince: new Date(quietSince).toISOString() },
    { kind: "incident.ended", actor, requestId, details },
  );
  return hasEnded ? undefined : { dueInMs: againMs };
}

/** The incident, if it is open and this job started it. */
async function openedByAlerts(ctx: Context, key: string | undefined): Promise<Incident | undefined> {
  if (key === undefined) return undefined;
  try {
    const incident = await ctx.workspace.incidents.get(key);
    const isOwn = formatActor(incident.startedBy) === formatActor(ctx.actor);
    return isOwn && incident.endedAt === undefined ? incident : undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

/** The verdicts about numbers that are back, or belong to somebody else by now. */
const over: ReadonlySet<Verdict["kind"]> = new Set(["already_so", "moved"]);

/**
 * What was changed for an incident and is still so. Numbers that were changed again since belong to somebody else. What a
 * request asks for may be changed any minute.
 */
async function whatRemains(ctx: Context, key: string): Promise<"nothing" | "unread" | "changes"> {
  if ((await ctx.workspace.runs.live()).some(({ incident }) => incident === key)) return "changes";
  const { approvals } = ctx.workspace;
  // One that is approved is over once its change is on record.
  for (const state of ["open", "approved"] as const)
    if ((await approvals.inState(state)).some((one) => incidentOf(one) === key)) return "unread";
  const steps = await planRevertSteps(ctx, await allIncidentChanges(ctx, key));
  const kinds = steps.map(({ verdict }) => verdict.kind).filter((kind) => !over.has(kind));
  if (kinds.length === 0) return "nothing";
  return kinds.every((kind) => kind === "unread" || kind === "unknown") ? "unread" : "changes";
}

const incidentOf = ({ asked }: Approval): string | undefined =>
  "runId" in asked ? asked.incident : asked.details?.incident;
