import { tiersText, takesText } from "../../domain/runs/tiers-text.ts";
import { verdictCounts } from "../../domain/runs/verdict-counts.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps } from "../cli-context.ts";
import { fromToText } from "../numbers/change-text.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { sanitize } from "../sanitize.ts";
import { isAmiss, type RunDocument, type RunStepDocument } from "./run-document.ts";
import type { RunPreviewDocument } from "./run-preview.ts";

/** Prints what a run would do, on standard error: standard output is for the result. */
export function printRunPreview({ out }: CliDeps, preview: RunPreviewDocument): void {
  for (const line of runPreviewLines(preview)) out.err(`${sanitize(line)}\n`);
}

export function runPreviewLines(preview: RunPreviewDocument): string[] {
  const { run, takesMs, tiers, forMs, when, runbook, standing, blockers, waiting } = preview;
  const planned = run.steps.filter(isPlanned);
  const left = run.steps.filter((step) => !isPlanned(step) && step.verdict !== "already_so");
  const takes = planned.length === 0 ? "" : `, ${takesText(takesMs)}`;
  const stay = forMs === undefined ? "" : ` They stay switched for ${formatDuration(forMs)}.`;
  return [
    `${capital(run.title)}: ${plural(run.steps.length, "number")}${takes}`,
    ...(run.kind === "practice"
      ? ["Practice, for real: the first tier is switched, and put back by itself."]
      : []),
    ...[when, runbook && `Runbook: ${runbook}`, standing].flatMap((line) => line ?? []),
    verdictCounts(new Map(Object.entries(run.verdicts)), run.needApproval),
    ...(run.kind === "revert" || run.kind === "routes"
      ? []
      : [
          `${tiersText(tiers.map(({ name, changes: count, waitsForCall, asksBeforeNext: asks }) => ({ name, count, waitsForCall, asks })))}.${stay}`,
          ...tiers.flatMap(({ name, unseen }) => (unseen === undefined ? [] : [`${name}: ${unseen}`])),
        ]),
    ...blockers.map(({ title, why }) => `Rule “${title}” does not allow it: ${why}.`),
    ...waiting.map(
      ({ by, approval, expiresAt }) =>
        `A request for this plan already waits for approval: by ${by}, until ${expiresAt} (${approval}).`,
    ),
    ...(planned.length === 0 ? ["Nothing can be changed now."] : planned.map(plannedLine)),
    ...(left.length === 0 ? [] : ["Not changed:", ...left.map(leftLine)]),
  ];
}

function plannedLine(step: RunStepDocument): string {
  const asks = step.approval === "run" ? ", needs approval" : "";
  return `  ${numberTitle(step.number)}: ${fromToText(step.now, step.after, step)}${asks}`;
}

function leftLine({ number, why = "" }: RunStepDocument): string {
  return `  ${numberTitle(number)}: ${why}`;
}

export function isPlanned({ verdict }: RunStepDocument): boolean {
  return verdict === "will_switch" || verdict === "will_revert";
}

/** How far a run is, in one line. */
export function progressText({
  of,
  changed,
  failed,
}: Pick<RunDocument, "of" | "changed" | "failed">): string {
  return `${changed} of ${of} changed${failed > 0 ? `, ${failed} not` : ""}`;
}

/** What became of a run, the news first. */
export function runLines(run: RunDocument): string[] {
  return [
    `${capital(run.title)} ${stateText(run)}: ${progressText(run)}.`,
    ...[run.paused, run.waiting].flatMap((line) => line ?? []),
    ...run.steps.filter(({ outcome }) => outcome !== undefined).map(failedLine),
    ...(run.kind === "routes" ? run.steps.filter(({ verdict }) => isAmiss(verdict)).map(leftLine) : []),
    ...nextLines(run),
    run.run,
  ];
}

const stateWords: Readonly<Record<RunDocument["state"], string>> = {
  shown: "was not begun",
  running: "is running",
  paused: "is paused",
  held: "is through",
  stopped: "was stopped",
  done: "is over",
};

function stateText({ state, endsAt }: RunDocument): string {
  const until =
    state === "held" && endsAt !== undefined ? `, and its numbers stay switched until ${endsAt}` : "";
  return `${stateWords[state]}${until}`;
}

function failedLine({ number, outcome, problem = "", changeId }: RunStepDocument): string {
  const what = outcome === "unknown" ? "unknown whether it was changed" : "not changed";
  return `  ${numberTitle(number)}: ${what}. ${problem} (${changeId})`;
}

function nextLines(run: RunDocument): string[] {
  const { state, kind, plan = "", isInServer, incident = "", changed, of, left = 0 } = run;
  const isOfPlan = kind !== "revert" && kind !== "routes";
  switch (state) {
    case "running":
      return isInServer
        ? ["It goes on in the server. To follow it: patchbay failover status"]
        : ["No server carries it out now. The next server goes on with it. Start one: patchbay start"];
    case "paused":
      return isOfPlan
        ? [`To continue: patchbay failover resume ${plan}. To end it: patchbay failover stop ${plan}`]
        : [`To continue or stop it, use its buttons in Slack.`];
    case "held":
      return [`To take it back: patchbay failover back ${plan}`];
    case "stopped":
    case "done":
      if (left > 0)
        return [
          `${plural(left, "number")} could not be put back. To look again: patchbay failover back ${plan}`,
        ];
      return isOfPlan || incident === "" || changed === of
        ? []
        : [`To look at the rest: patchbay incident revert ${incident}`];
    case "shown":
      return [];
  }
}

const capital = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1);
