import type { KnownBlock } from "@slack/types";
import { pick, recordedState, snapshot, wantedState, type Change } from "../../domain/change.ts";
import { isHalfDone } from "../../domain/change-record.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
import type { Vendor } from "../../domain/vendor.ts";
import {
  actions,
  button,
  context,
  escape,
  message,
  section,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { problemText } from "../block-kit/problem-message.ts";
import { restoredText, undoButton } from "../block-kit/restore-buttons.ts";
import { tryAgainButton } from "./retry-button.ts";
import {
  stripMrkdwn,
  besideLines,
  fieldTitle,
  fromToText,
  numberTitle,
  passedText,
  shownKeys,
  valueText,
  type Labels,
} from "../block-kit/format.ts";
import { keyText } from "../forms/private-metadata.ts";

const done: Record<Change["kind"], string> = {
  reassign: "reassigned",
  detach: "detached",
  rename: "renamed",
  edit: "edited",
};

/** A change that was sent, as words: for the person's form and for the conversation. */
export interface ResultWords {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly footer: string;
}

/** Says how a change ended: what, from → to, what shows it, what is left to do. */
export function resultWords(result: ChangeResult, vendor: Vendor): ResultWords {
  const { change, before, connection, changeId, outcome } = result;
  const title = `${numberTitle(before)} at ${escape(connection.name)}`;
  const wanted = wantedState(change);
  const left = outcome === "applied" && result.after ? pick(snapshot(result.after), Object.keys(wanted)) : {};
  const fromTo = fromToText(snapshot(before), { ...wanted, ...left }, vendor, resultLabels(result));
  const recorded = recordedState(change, snapshot(before));
  const after = result.after ? snapshot(result.after) : {};
  const beside = besideLines([recorded, wanted, after], vendor, resultLabels(result));
  const footer = `Change \`${changeId}\` · ${slackDate(result.at)}${result.outcomeRecorded ? "" : " · *its outcome could not be written to the audit log*"}`;
  const restored = restoredText(result.details);
  const why = [...(restored ? [restored] : []), ...(result.reason ? [`Why: ${escape(result.reason)}`] : [])];
  switch (outcome) {
    case "applied":
      return {
        heading: `:white_check_mark: ${title} was ${done[change.kind]}`,
        lines: [
          fromTo,
          ...beside,
          ...(change.kind === "detach" ? [":warning: *Callers now reach nobody.*"] : []),
          ...untilLines(result),
          ...why,
          proofText(result, vendor),
        ],
        footer,
      };
    case "refused":
      return {
        heading: `:x: ${title} was *not* ${done[change.kind]}`,
        lines: [
          `Wanted: ${fromTo}`,
          ...problemLines(result),
          ...beside,
          ...stateLines(result, vendor),
          ...why,
        ],
        footer,
      };
    case "unknown":
      return {
        heading: `:grey_question: Unknown whether ${title} was ${done[change.kind]}`,
        lines: [
          `Wanted: ${fromTo}`,
          ...problemLines(result),
          ...beside,
          ...stateLines(result, vendor),
          ...why,
          vendor.dashboard,
        ],
        footer,
      };
  }
}

/** The result as the blocks of a form. */
export function resultBlocks(words: ResultWords): KnownBlock[] {
  return [section(words.heading), ...words.lines.map((line) => section(line)), context(words.footer)];
}

/** The one message that the conversation gets. */
export function resultMessage(result: ChangeResult, vendor: Vendor, userId: string): Message {
  const words = resultWords(result, vendor);
  const key = keyText({ connectionId: result.connection.id, numberId: result.before.id });
  const again = result.outcome === "applied" ? [] : [tryAgainButton(result.changeId, result.details)];
  const undo = isUndoable(result) ? [undoButton(result.changeId)] : [];
  const heading = `${words.heading} by <@${userId}>${passedText(result.passed.details)}`;
  const text = stripMrkdwn([heading, ...words.lines, words.footer].join("\n"));
  return message(
    [
      ...sections([heading, ...words.lines].join("\n").split("\n")),
      context(words.footer),
      actions([...undo, button("show", "Show", key), button("history", "History", key), ...again]),
    ],
    text,
  );
}

/** Whether there is something to put back: it took effect, or its vendor has done half of it. */
export function isUndoable({ outcome, change, before, after }: ChangeResult): boolean {
  if (outcome === "applied") return true;
  if (outcome === "unknown" || !after) return false;
  return isHalfDone(recordedState(change, snapshot(before)), wantedState(change), snapshot(after));
}

function untilLines({ until }: ChangeResult): string[] {
  return until ? [endsText(until)] : [];
}

/** That a change ends by itself, and what happens then. */
export function endsText(until: Date): string {
  const when = slackDate(until, "{date_short_pretty} {time}");
  return `:alarm_clock: Ends by itself ${when}: then as before again, if it is still as this change left it.`;
}

function resultLabels({ change, labels }: ChangeResult): Labels {
  return change.kind === "reassign" && change.agentName
    ? { [change.agentId]: change.agentName, ...labels }
    : labels;
}

function proofText({ readBack, problem, provedAt }: ChangeResult, vendor: Vendor): string {
  const how = readBack ? `read back from ${vendor.title}` : `${vendor.title}'s answer shows it`;
  const met = problem?.code === "outcome_unknown" ? `${vendor.title}'s answer was lost.` : problem?.message;
  const trouble = met === undefined ? "" : ` On the way: ${escape(met)}`;
  return `Took effect: ${how}, ${slackDate(provedAt)}.${trouble}`;
}

function problemLines({ problem }: ChangeResult): string[] {
  if (!problem) return [];
  return [problemText({ problem, known: true })];
}

function stateLines({ after, readBack, change, labels }: ChangeResult, vendor: Vendor): string[] {
  if (!after || !readBack) return [];
  const now = recordedState(change, snapshot(after));
  const fields = shownKeys(Object.keys(now), now).map(
    (key) => `${fieldTitle(key, vendor)}: ${valueText(key, ownValue(now, key), vendor, labels)}`,
  );
  return fields.length > 0 ? [`Read again just now. ${fields.join(", ")}`] : [];
}
