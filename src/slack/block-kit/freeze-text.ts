import type { Freeze } from "../../domain/numbers/freeze.ts";
import { cut, escape, slackDate } from "./blocks.ts";
import { actorMention } from "./format.ts";

/** Why a number cannot be changed now, in mrkdwn. */
export function frozenText(freeze: Freeze): string {
  return `*This number is frozen* ${byWhom(freeze)}`;
}

export function byWhom({ by, at, until, reason }: Freeze): string {
  const end =
    until === undefined || Number.isNaN(Date.parse(until))
      ? "until lifted"
      : `until ${slackDate(until, "{date_short_pretty} {time}")}`;
  return `by ${actorMention(by)} since ${slackDate(at, "{date_short_pretty} {time}")}, ${end}. Why: ${escape(cut(reason, 300))}`;
}
