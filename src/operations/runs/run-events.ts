import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import type { RunDetails } from "../../domain/audit/run-details.ts";
import type { OnCallDetails } from "../../domain/audit/change-details.ts";
import { sourceText, type Run } from "../../domain/runs/run.ts";
import { isPlanned } from "../../domain/runs/run-step.ts";
import type { Actor } from "../../domain/shared/actor.ts";
import type { Context } from "../shared/context.ts";

/** The details of every entry about a run. */
export function runDetails(run: Omit<Run, "steps" | "state">): RunDetails {
  const { id, kind, incident, returns, by, terms } = run;
  const { plan } = terms;
  return {
    run: id,
    kind,
    ...(plan === undefined ? {} : { plan: plan.slug, revision: String(plan.revision) }),
    ...(incident === undefined ? {} : { incident }),
    ...(returns === undefined ? {} : { returns }),
    ...(terms.source === undefined ? {} : { source: sourceText(terms.source) }),
    ...(by.channelId === undefined ? {} : { channel: by.channelId }),
  };
}

/** How far a run got, for an entry: what it changed, of how many, and the seconds since it was confirmed. */
export function runCounts(
  { steps, startedAt }: Run,
  now: Date,
): Record<"changed" | "of" | "seconds", string> {
  const sinceMs = startedAt === undefined ? 0 : now.getTime() - Date.parse(startedAt);
  return {
    changed: String(steps.filter(({ result }) => result?.outcome === "applied").length),
    of: String(steps.filter(isPlanned).length),
    seconds: String(Math.max(0, Math.round(sinceMs / 1000))),
  };
}

/** What Patchbay itself does with a run. */
export const runsActor: Actor = { kind: "system", job: "runs" };

/** The entry about a pause: by the actor, with the mark of a right from a shift, or by Patchbay itself. */
export function pausedEvent(
  ctx: Context,
  run: Run,
  why: string,
  person?: { readonly onCall: OnCallDetails },
): AuditEvent<"failover.paused"> {
  return {
    kind: "failover.paused",
    actor: person ? ctx.actor : runsActor,
    requestId: ctx.requestId,
    details: { ...runDetails(run), ...runCounts(run, ctx.now()), why, ...person?.onCall },
  };
}
