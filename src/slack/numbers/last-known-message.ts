import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem, type ProblemCode } from "../../domain/problem/problem.ts";
import { lastKnownNumber } from "../../operations/numbers/last-known.ts";
import { escape, slackDate } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { answersClause } from "../block-kit/agent-text.ts";

/** Problems that make a vendor's current state unavailable, so that the last known state helps. */
const outOfReach: ReadonlySet<ProblemCode> = new Set([
  "vendor_unavailable",
  "vendor_response_unreadable",
  "rate_limited",
]);

/**
 * The last known state of a number whose vendor does not respond, with its age, and manual steps, in mrkdwn. Empty for
 * any other failure.
 */
export async function lastKnownWords(req: RequestContext, key: NumberKey, error: unknown): Promise<string> {
  if (!isProblem(error) || !outOfReach.has(error.code)) return "";
  const last = await lastKnownNumber(req.ctx, key);
  if (!last) return "";
  const { number, labels, vendor, connection } = last;
  // If a stored list is from the future, a clock was wrong.
  const when = last.at > req.ctx.now() ? "at an unknown time" : slackDate(last.at);
  return `\n:clock3: Last known, ${when}: ${numberTitle(number)} at ${escape(connection.name)}, ${answersClause(number, labels, vendor)}.\nBy hand: ${vendor.dashboard}`;
}
