import {
  callStateOf,
  callStates,
  isCallable,
  lookedForUntil,
  type CallState,
  type RunCalls,
} from "../../domain/runs/run-calls.ts";
import type { ResultStep } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { awaitedTier } from "../../domain/runs/tier-gates.ts";
import { plural } from "../../domain/text/plural.ts";
import { bold, code, escape } from "../block-kit/blocks.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { callText, runNumberLine, timeOf } from "../block-kit/run-number-line.ts";

/** How many numbers of a tier, and how many with bad news, a message names. */
const mostNamed = 10;
const mostWrong = 5;

/**
 * Who answered the first calls to the numbers that a run has changed, in mrkdwn: bad news first, each number of a tier
 * that somebody has to check, and the counts of the others.
 */
export function firstCallLines(run: Run, calls: RunCalls | undefined): string[] {
  if (!calls) return [];
  const tier = tierToCheck(run);
  const ofTier = run.steps.filter((step) => step.tier === tier && isCallable(step));
  const others = run.steps.filter((step) => step.tier !== tier && isCallable(step));
  return [
    ...badNews(others, calls),
    ...(tier === undefined ? [] : tierLines(run, tier, ofTier, calls)),
    ...(calls.isOff ? [] : countLine(run, others, calls)),
  ];
}

/** The tier that a paused run wants checked, or whose first call a running one waits for. */
function tierToCheck(run: Run): number | undefined {
  return run.state === "paused" ? run.status.paused?.tier : awaitedTier(run)?.tier;
}

function tierLines(run: Run, tier: number, steps: readonly ResultStep[], calls: RunCalls): string[] {
  if (steps.length === 0) return [];
  const named = inOrder(steps, calls).slice(0, mostNamed);
  const name = bold(run.terms.tiers[tier]?.name ?? "");
  const off = calls.isOff
    ? [
        "Patchbay does not look who answers calls: an admin can change that in `/number settings`. Call these numbers to check them.",
      ]
    : [];
  const rest = inOrder(steps, calls).slice(mostNamed);
  return [
    `The ${plural(steps.length, "number")} of tier ${name}:`,
    ...named.map((step) => `• ${runNumberLine(step, calls)}`),
    ...(rest.length > 0 ? [`• …and ${rest.length} more.`, ...countLine(run, rest, calls)] : []),
    ...off,
  ];
}

function badNews(steps: readonly ResultStep[], calls: RunCalls): string[] {
  const bad = inOrder(steps, calls).filter((step) => isBad(callStateOf(step, calls)));
  const more = bad.length - mostWrong;
  return [
    ...bad
      .slice(0, mostWrong)
      .map(
        (step) =>
          `${numberTitle({ ...step, ...step.key })} at ${escape(step.connection)}: ${callText(step, calls)} Undo: ${code(`/number undo ${step.changeId}`)}`,
      ),
    ...(more > 0 ? [`…and ${plural(more, "number")} more whose calls went wrong.`] : []),
  ];
}

const isBad = (state: CallState | undefined): boolean => state === "wrong" || state === "failing";

/** How many numbers have which news, in one line. */
function countLine({ kind }: Run, steps: readonly ResultStep[], calls: RunCalls): string[] {
  const counts = new Map<CallState, number>();
  for (const step of steps) {
    const state = callStateOf(step, calls);
    if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const isBack = kind === "back" || kind === "revert";
  const words: Readonly<Record<CallState, string>> = {
    wrong: "still answered by a former agent",
    failing: "with calls that failed",
    answered: `answered by ${isBack ? "their own agents again" : "the new agents"}`,
    open: "with a call that is not over yet, or failed",
    waiting: `without a call yet (Patchbay looks until ${timeOf(lastLook(steps, calls))})`,
    none: "without a call that Patchbay saw",
    unseen: `whose calls Patchbay cannot see${placesText(steps, calls)}`,
  };
  const parts = callStates.flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count > 0 ? [`${count} ${words[state]}`] : [];
  });
  return [`:telephone_receiver: First calls: ${parts.join(", ")}.`];
}

/** Until when Patchbay looks at the last one of those that wait for a call. */
function lastLook(steps: readonly ResultStep[], calls: RunCalls): Date {
  const waiting = steps.filter((step) => callStateOf(step, calls) === "waiting");
  return new Date(Math.max(0, ...waiting.map((step) => lookedForUntil(step).getTime())));
}

function placesText(steps: readonly ResultStep[], calls: RunCalls): string {
  const unseen = steps.filter((step) => callStateOf(step, calls) === "unseen");
  const places = [...new Set(unseen.map(({ connection }) => escape(connection)))];
  return places.length === 0 ? "" : ` (${places.join(", ")})`;
}

/** Bad news first. */
function inOrder(steps: readonly ResultStep[], calls: RunCalls): ResultStep[] {
  const rank = (step: ResultStep): number => (isBad(callStateOf(step, calls)) ? 0 : 1);
  return steps.toSorted((a, b) => rank(a) - rank(b));
}
