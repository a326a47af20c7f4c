import { isCallable } from "../../domain/runs/run-calls.ts";
import type { Run } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";
import { bold } from "../block-kit/blocks.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** How many numbers of the tier a message names. */
const mostNamed = 10;

/**
 * The numbers of the tier after which somebody continued, in mrkdwn: people have checked these, and the message that named them
 * is an older one by now.
 */
export function passedTierLines({ kind, steps, state, status, terms }: Run): string[] {
  const { passedTier, paused } = status;
  const isAskedAgain = state === "paused" && paused?.tier === passedTier;
  // Of a failover that is over, nothing is switched any more.
  const isTakenBack = state === "done" && kind !== "back";
  if (passedTier === undefined || isAskedAgain || isTakenBack) return [];
  const passed = steps.filter((step) => step.tier === passedTier && isCallable(step));
  if (passed.length === 0) return [];
  const names = passed.slice(0, mostNamed).map((step) => numberTitle({ ...step, ...step.key }));
  const more = passed.length - names.length;
  const others = more > 0 ? ` and ${plural(more, "other")}` : "";
  return [`Continued after tier ${bold(terms.tiers[passedTier]?.name ?? "")}: ${names.join(", ")}${others}.`];
}
