import type { ChangeRecord } from "../../domain/audit-log.ts";
import { leftBy } from "../../domain/change-record.ts";
import { pick } from "../../domain/change.ts";
import { isProblem, Problem, type ProblemCode } from "../../domain/problem.ts";
import type { Destination } from "../../domain/outbox.ts";
import type { TemporaryChange } from "../../domain/temporary-change.ts";
import { changeNumber } from "../change/change-number.ts";
import type { Context } from "../shared/context.ts";
import { inverseChange } from "../change/inverse-change.ts";

/** How one try to give a number back ended. `again` is for what time or somebody else fixes. */
export type RevertAttempt =
  | { readonly became: "applied" | "unknown" }
  | { readonly became: "moved" | "already" | "frozen" | "again" | "failed"; readonly problem: Problem };

/** What passes by itself: nothing was changed, and trying again does no harm. */
const passing: ReadonlySet<ProblemCode> = new Set([
  "rate_limited",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "not_recorded",
  "already_requested",
  // To a job, which has every right, only said while it cannot be read what is frozen and protected.
  "not_allowed",
]);

/**
 * One try, through the change pipeline and as a change of its own, to give a number back as it was before a change: if its fields
 * are still as that change left them. The actor is the job; the right was judged when the end was asked for.
 */
export async function revertExpired(
  ctx: Context,
  record: ChangeRecord,
  { changeId, connectionId, numberId, revertId, tries, endedBy, place: destination }: TemporaryChange,
): Promise<RevertAttempt> {
  const { requested } = record;
  const { before = {}, labels } = requested;
  const left = leftBy(record);
  const forWhom = endedBy ?? destination.userId;
  const { incident, approval } = requested.details ?? {};
  // Approved together with its end; one that somebody has brought forward stands on what that person may do.
  const isApproved = approval !== undefined && endedBy === undefined;
  try {
    const result = await changeNumber(
      // Another try is another request; the same one taken up after a crash is not.
      { ...ctx, requestId: `timed:${changeId}:${tries}` },
      {
        changeId: revertId,
        key: { connectionId, numberId },
        change: inverseChange(pick(before, Object.keys(left)), labels),
        seen: left,
        reason: `The end of ${changeId}`,
        details: {
          undoes: changeId,
          ...channelOf(destination),
          ...(forWhom === undefined ? {} : { for: forWhom }),
          // What began for an incident ends in its timeline.
          ...(incident === undefined ? {} : { incident }),
        },
        ...(isApproved ? { override: { kind: "approved_end", changeId } } : {}),
      },
    );
    // Without its outcome on record it is taken up as an unknown one.
    if (result.outcome === "unknown" || !result.outcomeRecorded) return { became: "unknown" };
    return result.outcome === "applied" ? { became: "applied" } : judged(result.problem ?? ignored());
  } catch (error) {
    if (!isProblem(error)) ctx.log.error({ requestId: ctx.requestId, changeId, err: error }, "bug");
    return judged(isProblem(error) ? error : bug(error));
  }
}

/** Where the end of a change is told, for the entries about it. */
export function channelOf({ channelId }: Destination): Readonly<Record<string, string>> {
  return channelId === undefined ? {} : { channel: channelId };
}

/** What a refusal means for the change that was to be given back. */
export function judged(problem: Problem): Exclude<RevertAttempt, { became: "applied" | "unknown" }> {
  if (problem.code === "conflict") return { became: "moved", problem };
  if (problem.code === "nothing_to_change") return { became: "already", problem };
  if (problem.code === "frozen") return { became: "frozen", problem };
  return { became: passing.has(problem.code) ? "again" : "failed", problem };
}

function ignored(): Problem {
  return new Problem("vendor_ignored", "The vendor said OK but didn't make the change.");
}

/** A bug is not tried again: what it did is not known. */
function bug(error: unknown): Problem {
  return new Problem("outcome_unknown", "Something went wrong inside Patchbay.", {}, error);
}
