import { formatDuration } from "../../domain/shared/duration.ts";
import { expiresAt } from "../../domain/changes/expiry.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { bold, escape } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { endsBlockId, endValue } from "../forms/expiry-input.ts";
import type { FormValues } from "../forms/inputs.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";

/** The expiry of a change draft: the value of the form's input, or why there is none and what to do. */
export interface DraftExpiry {
  readonly values: FormValues;
  readonly notice?: string;
}

/**
 * Parses the expiry of a line or a button, in the person's time zone. An invalid one leaves the input empty but
 * required, so that nobody submits a permanent change by mistake.
 */
export async function draftExpiry(
  req: RequestContext,
  { ends, end, reason }: ChangeDraft,
): Promise<DraftExpiry> {
  if (end !== undefined) return { values: { [endsBlockId]: end } };
  if (ends === undefined) return { values: {}, ...(await expiryInReason(req, reason)) };
  try {
    const { formatMoment, parseExpiry } = await import("../../operations/expiry/parse-expiry.ts");
    const here = { now: req.ctx.now(), timeZone: await req.timeZone() };
    const read = parseExpiry(ends, here);
    expiresAt(read, here.now, req.ctx.minExpiryMs);
    const label = read.kind === "at" ? capitalized(formatMoment(read.at, here)) : undefined;
    return { values: { [endsBlockId]: endValue(read, label) } };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const notice = `:warning: ${bold(error.message)} Choose below when it reverts.`;
    return { values: { [endsBlockId]: { value: undefined, label: undefined } }, notice };
  }
}

/** A hint if a reason ends with a time, which may have been meant as the expiry. Nothing is chosen for the person. */
async function expiryInReason(req: RequestContext, reason = ""): Promise<{ readonly notice?: string }> {
  const [, said] = /^.*\b((?:for|until)\s+\S.*)$/isu.exec(reason.trim()) ?? [];
  if (said === undefined) return {};
  try {
    const { formatMoment, parseExpiry } = await import("../../operations/expiry/parse-expiry.ts");
    const here = { now: req.ctx.now(), timeZone: await req.timeZone() };
    const read = parseExpiry([said], here);
    expiresAt(read, here.now, req.ctx.minExpiryMs);
    const when = read.kind === "after" ? `after ${formatDuration(read.ms)}` : formatMoment(read.at, here);
    return {
      notice: `:alarm_clock: *Revert ${when}?* Your reason ends with “${escape(said)}”. If you meant that, choose it under *Revert automatically*.`,
    };
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}

function capitalized(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
