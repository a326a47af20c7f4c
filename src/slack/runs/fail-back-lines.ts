import { parseActor } from "../../domain/shared/actor.ts";
import { leftToFailBack } from "../../domain/runs/fail-back.ts";
import { isPlanned, type ResultStep } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";
import { code, escape } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** How many numbers that were left alone a message names. */
const mostNamed = 5;

/** What a fail-back that is over has put back, and what it left alone and why, in mrkdwn. */
export function failBackLines(run: Run): string[] {
  const { kind, state, steps } = run;
  if (kind !== "back" || state !== "done") return [];
  const back = steps.filter(({ result }) => result?.outcome === "applied").length;
  const already = steps.filter(({ verdict }) => verdict.kind === "already_so").length;
  const left = steps.filter((step) => !isPlanned(step) && step.verdict.kind !== "already_so");
  const more = left.length - mostNamed;
  return [
    ...(back > 0
      ? [
          `:white_check_mark: ${plural(back, "number")} ${back === 1 ? "is" : "are"} back with ${back === 1 ? "its agent" : "their agents"}: Patchbay checked that at the vendor.`,
        ]
      : []),
    ...(already > 0 ? [`${plural(already, "number")} ${already === 1 ? "was" : "were"} back before.`] : []),
    ...(left.length > 0 ? [`:warning: ${plural(left.length, "number")} left alone:`] : []),
    ...left.slice(0, mostNamed).map((step) => `• ${leftText(step)}`),
    ...(more > 0 ? [`• …and ${more} more.`] : []),
    ...againLines(run),
  ];
}

/** How what could not be put back is put back later. */
function againLines(run: Run): string[] {
  const left = leftToFailBack(run);
  if (left.length === 0) return [];
  const command = code(`/number failover ${run.terms.plan?.slug ?? ""} back`);
  const isKnown = left.every(({ result }) => result?.outcome !== "unknown");
  const what = isKnown
    ? "could not be put back"
    : "could not be put back, or nobody knows yet whether it was";
  return [`${plural(left.length, "number")} ${what}. To look again: ${command}.`];
}

function leftText({ verdict, key, foundOfLast, ...step }: ResultStep): string {
  const title = numberTitle({ ...step, ...key });
  switch (verdict.kind) {
    case "moved":
      return `${title} was changed ${verdict.by === undefined ? "elsewhere" : `by ${actorMention(parseActor(verdict.by))}`} since.`;
    case "unknown":
      return `${title}: ${lastTexts[foundOfLast ?? "unknown"]}`;
    case "held":
    case "ruled_out":
    case "cannot":
    case "unread":
      return `${title}: ${escape(verdict.why)}`;
    case "already_so":
    case "will_revert":
    case "will_switch":
      return title;
  }
}

/** What is known of the change that was to be taken back, and was unknown then. */
const lastTexts = {
  unknown: "the outcome of its last change is unknown.",
  applied: "the outcome of its last change was unknown. By now it is known: the number is switched.",
  refused: "the outcome of its last change was unknown. By now it is known: the number was never switched.",
} as const;
