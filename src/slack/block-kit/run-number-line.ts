import { agentKey } from "../../domain/numbers/change.ts";
import { isCallable, lookedForUntil, type RunCalls, type Unseen } from "../../domain/runs/run-calls.ts";
import { isPlanned, type ResultStep } from "../../domain/runs/run-step.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { agentText } from "./agent-text.ts";
import { bold, escape, slackDate } from "./blocks.ts";
import { firstCallLine } from "./first-call-text.ts";
import { numberTitle } from "./number-title.ts";

/** What is known about one number of a run, in mrkdwn: who is to answer it, and who answered. */
export function runNumberLine(step: ResultStep, calls: RunCalls | undefined): string {
  const title = numberTitle({ ...step, ...step.key });
  if (!calls || !isCallable(step)) return `${title} at ${escape(step.connection)}: ${otherText(step)}`;
  const how = step.verdict.kind === "will_revert" ? "back with" : "switched to";
  const labels = { ...step.labels, ...calls.proofs.get(step.changeId)?.labels };
  const agents = agentText(ownValue(step.first, agentKey), labels);
  return `${title}: ${how} ${agents}. ${callText(step, calls)}`.trim();
}

/** What became of a number that a call says nothing about. */
function otherText(step: ResultStep): string {
  const { result } = step;
  if (!result) return isPlanned(step) ? "not changed yet." : "left as it is.";
  if (step.isReleased) return "changed, and put back or changed again since.";
  if (result.outcome === "applied") return "changed.";
  const what =
    result.outcome === "unknown" ? ":grey_question: unknown whether it was changed." : ":x: not changed.";
  return `${what} ${escape(result.why ?? "")}`.trim();
}

const whyUnseen: Readonly<Record<Unseen, string>> = {
  no_log: "has no list of calls that Patchbay can read",
  denied: "has a key that may not list calls",
  gone: "cannot be opened now",
};

/** Who answered the first calls to a number, in mrkdwn, or why nobody knows. */
export function callText(step: ResultStep, calls: RunCalls): string {
  const { proof = {}, labels = {} } = calls.proofs.get(step.changeId) ?? {};
  const seen = firstCallLine(proof, { ...step.labels, ...labels });
  if (seen !== "" || calls.isOff) return seen;
  const unseen = calls.unseen.get(step.key.connectionId);
  if (unseen) return `${bold(step.connection)} ${whyUnseen[unseen]}: call the number to check it.`;
  const until = lookedForUntil(step);
  return calls.now < until ? `No call yet: Patchbay looks until ${timeOf(until)}.` : "No call was seen.";
}

/** A time of day, in each reader's time zone. */
export const timeOf = (at: Date): string => slackDate(at, "{time}");
