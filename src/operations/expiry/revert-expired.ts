import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { agentKey, pick } from "../../domain/numbers/change.ts";
import { isProblem, Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import type { Destination } from "../../domain/notifications/outbox.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import { changeNumber } from "../change/change-number.ts";
import type { Context } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { traced } from "../shared/traced.ts";
import { inverseChange } from "../change/inverse-change.ts";

/** The result of one attempt to revert. `again`: retried later, because the cause may go away. */
export type RevertAttempt =
  | { readonly result: "applied" | "unknown" }
  | { readonly result: "moved" | "already" | "frozen" | "again" | "failed"; readonly problem: Problem };

/** Temporary causes: nothing was changed, and a retry does no harm. */
const passing: ReadonlySet<ProblemCode> = new Set([
  "rate_limited",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "not_recorded",
  "already_requested",
  // Automation may be on again later, or another number may get its agent back.
  "ruled_out",
  // A job has every permission. It only gets this code while freezes and protections cannot be read.
  "not_allowed",
]);

/**
 * Makes one attempt to restore the state before a change, as a change of its own through the change pipeline, if the
 * affected fields are unchanged since. The actor is the job; permissions were checked when the expiry was requested.
 */
export async function revertExpired(
  ctx: Context,
  record: ChangeRecord,
  { changeId, connectionId, numberId, revertId, attempts, endedBy, place: destination }: TemporaryChange,
): Promise<RevertAttempt> {
  const { requested } = record;
  const { before = {}, labels } = requested;
  const left = leftBy(record);
  const forWhom = endedBy ?? destination.userId;
  const { incident, approval } = requested.details ?? {};
  // The approval covers the expiry, but not an early revert, which needs the permissions of the person who asked for
  // it.
  const isApproved = approval !== undefined && endedBy === undefined;
  try {
    // A new id for each attempt, but the same one when an attempt continues after a crash.
    const revert = derivedContext(ctx, { requestId: `timed:${changeId}:${attempts}` });
    const follows = { requestId: requested.requestId, changeId };
    const result = await traced(revert, { name: "revert", isRoot: true, follows }, async () =>
      changeNumber(revert, {
        changeId: revertId,
        key: { connectionId, numberId },
        change: inverseChange(pick(before, Object.keys(left)), labels),
        seen: left,
        reason: `The end of ${changeId}`,
        details: {
          undoes: changeId,
          ...channelOf(destination),
          ...(forWhom === undefined ? {} : { for: forWhom }),
          // The revert belongs to the same incident as the change.
          ...(incident === undefined ? {} : { incident }),
        },
        ...(isApproved ? { override: { kind: "approved_expiry", changeId } } : {}),
      }),
    );
    // If the outcome is not on record, it counts as unknown.
    if (result.outcome === "unknown" || !result.outcomeRecorded) return { result: "unknown" };
    return result.outcome === "applied"
      ? { result: "applied" }
      : classifyRefusal(result.problem ?? ignored());
  } catch (error) {
    if (!isProblem(error)) ctx.log.error({ requestId: ctx.requestId, changeId, err: error }, "bug");
    return classifyRefusal(isProblem(error) ? error : bug(error));
  }
}

/** The channel where expiry events are reported, for the entries about them. */
export function channelOf({ channelId }: Destination): Pick<ChangeDetails, "channel"> {
  return channelId === undefined ? {} : { channel: channelId };
}

/** What a refusal means for the revert. */
export function classifyRefusal(problem: Problem): Exclude<RevertAttempt, { result: "applied" | "unknown" }> {
  if (problem.code === "conflict") return { result: "moved", problem };
  if (problem.code === "nothing_to_change") return { result: "already", problem };
  if (problem.code === "frozen") return { result: "frozen", problem };
  return { result: passing.has(problem.code) ? "again" : "failed", problem };
}

function ignored(): Problem {
  return new Problem("vendor_ignored", "The vendor said OK but didn't make the change.");
}

/** Bugs are not retried, because it is unknown what they did. */
function bug(error: unknown): Problem {
  return new Problem("outcome_unknown", "Something went wrong inside Patchbay.", {}, error);
}

/** A newer API of a vendor may no longer report what a change wrote, so nobody can tell whether it was changed since. */
export function notReported(ctx: Context, record: ChangeRecord): Problem {
  const { connection } = record.requested;
  const vendor = connection ? ctx.accounts.vendor(connection.vendor).title : "The vendor";
  const what = agentKey in leftBy(record) ? "who answers this number" : "what this change set";
  const words = `${vendor} no longer says ${what}, so Patchbay cannot tell whether someone changed it since.`;
  return new Problem("unsupported", words);
}
