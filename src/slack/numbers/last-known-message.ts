import type { NumberKey } from "../../domain/phone-number.ts";
import { isProblem, type ProblemCode } from "../../domain/problem.ts";
import { lastKnownNumber } from "../../operations/numbers/last-known.ts";
import { escape, slackDate } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { answersText, numberTitle } from "../block-kit/format.ts";

/** The problems in which a vendor's own state is out of reach, so that what was last known helps. */
const outOfReach: ReadonlySet<ProblemCode> = new Set([
  "vendor_unavailable",
  "vendor_response_unreadable",
  "rate_limited",
]);

/**
 * What was last known of a number whose vendor does not answer, with its age, and how to do it by hand, in mrkdwn;
 * empty for any other failure.
 */
export async function lastKnownWords(req: RequestContext, key: NumberKey, error: unknown): Promise<string> {
  if (!isProblem(error) || !outOfReach.has(error.code)) return "";
  const last = await lastKnownNumber(req.ctx, key);
  if (!last) return "";
  const { number, labels, vendor, connection } = last;
  // A list from before a restart that says it is from the future was read nobody knows when.
  const when = last.at > req.ctx.now() ? "at an unknown time" : slackDate(last.at);
  return `\n:clock3: Last known, ${when}: ${numberTitle(number)} at ${escape(connection.name)}, ${answersText(number.agent, labels)} answers.\nBy hand: ${vendor.dashboard}`;
}
