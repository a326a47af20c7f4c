import type { KnownBlock } from "@slack/types";
import { pick, recordedState, snapshot, wantedState, type Change } from "../../domain/numbers/change.ts";
import { hasEffectToUndo } from "../../domain/changes/change-record.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import {
  button,
  context,
  escape,
  message,
  section,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { problemText } from "../block-kit/problem-message.ts";
import { restoredText, undoButton } from "../block-kit/restore-buttons.ts";
import { tryAgainButton } from "./retry-button.ts";
import {
  stripMrkdwn,
  sideEffectLines,
  fieldTitle,
  fromToText,
  passedText,
  shownKeys,
  valueText,
} from "../block-kit/format.ts";
import { detachedText, newsOf, resultLabels } from "./result-news.ts";
import { runbookText } from "../block-kit/runbook-text.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberName } from "../block-kit/number-title.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";

const done: Record<Change["kind"], string> = {
  reassign: "Reassigned",
  detach: "Detached",
  rename: "Renamed",
  edit: "Edited",
};

/** The result of a sent change, for the person's form and for the conversation. */
export interface ResultWords {
  /** The most important fact. */
  readonly heading: string;
  readonly lines: readonly string[];
  readonly footer: string;
}

/**
 * Formats the result of a change, with the address of the number's runbook: first the result, then until when and why, then who, where, the evidence and the id.
 */
export function resultWords(
  result: ChangeResult,
  vendor: Vendor,
  userId: string,
  runbook?: string,
): ResultWords {
  const { change, before, connection, changeId, outcome } = result;
  const name = numberName(before);
  const wanted = wantedState(change);
  const left = outcome === "applied" && result.after ? pick(snapshot(result.after), Object.keys(wanted)) : {};
  const to = { ...wanted, ...left };
  const fromTo = fromToText(snapshot(before), to, vendor, resultLabels(result));
  const recorded = recordedState(change, snapshot(before));
  const after = result.after ? snapshot(result.after) : {};
  const sideEffects = sideEffectLines([recorded, wanted, after], vendor, resultLabels(result));
  const number = before.name ? `${escape(formatE164(before.e164))} · ` : "";
  const footerOf = (who: string, proof: string): string =>
    `${who}${passedText(result.policyDecision.details)} · ${number}${escape(connection.name)} · ${proof} · change \`${changeId}\`${result.outcomeRecorded ? "" : " · *its outcome could not be written to the audit log*"}${runbook === undefined ? "" : ` · ${runbookText(runbook)}`}`;
  const news = newsOf(result, to, vendor);
  const tried = footerOf(`<@${userId}>`, slackDate(result.at));
  const restored = restoredText(result.details);
  const why = [...(restored ? [restored] : []), ...(result.reason ? [`Why: ${escape(result.reason)}`] : [])];
  switch (outcome) {
    case "applied":
      return {
        heading: news.heading,
        lines: [
          ...news.lines,
          ...sideEffects,
          ...(change.kind === "detach" ? [detachedText(result, vendor)] : []),
          ...untilLines(result),
          ...why,
          ...warningLines(result, vendor),
        ],
        footer: footerOf(`${done[change.kind]} by <@${userId}>`, proofText(result, vendor)),
      };
    case "refused":
      return {
        heading: `:x: Couldn't ${change.kind} ${name} (<@${userId}> tried)`,
        lines: [
          `Wanted: ${fromTo}`,
          ...problemLines(result),
          ...sideEffects,
          ...stateLines(result, vendor),
          ...why,
        ],
        footer: tried,
      };
    case "unknown":
      return {
        heading: `:grey_question: Unknown whether ${name} was ${done[change.kind].toLowerCase()}`,
        lines: [
          `Wanted: ${fromTo}`,
          ...problemLines(result),
          ...sideEffects,
          ...stateLines(result, vendor),
          ...why,
          vendor.dashboard,
        ],
        footer: tried,
      };
  }
}

/** The result as the blocks of a form. */
export function resultBlocks(words: ResultWords): KnownBlock[] {
  return [section(words.heading), ...words.lines.map((line) => section(line)), context(words.footer)];
}

/** The message about the result for the conversation. */
export function resultMessage(
  result: ChangeResult,
  vendor: Vendor,
  userId: string,
  runbook?: string,
): Message {
  const words = resultWords(result, vendor, userId, runbook);
  const key = numberValue.encode({ connectionId: result.connection.id, numberId: result.before.id });
  const again = result.outcome === "applied" ? [] : [tryAgainButton(result.changeId, result.details)];
  const undo = isUndoable(result) ? [undoButton(result.changeId)] : [];
  const lines = [words.heading, ...words.lines];
  const text = stripMrkdwn([...lines, words.footer].join("\n"));
  return message(
    [
      ...sections(lines.join("\n").split("\n")),
      context(words.footer),
      buttonRow([...undo, ...again], [button("show", "Show", key), button("history", "History", key)], {
        changeId: result.changeId,
      }),
    ],
    text,
  );
}

/** Whether an undo has something to restore: the change took effect, or the vendor made half of it. */
export function isUndoable({ outcome, change, before, after }: ChangeResult): boolean {
  return hasEffectToUndo(outcome, {
    before: recordedState(change, snapshot(before)),
    wanted: wantedState(change),
    after: after ? recordedState(change, snapshot(after)) : {},
  });
}

function untilLines({ until }: ChangeResult): string[] {
  return until ? [endsText(until)] : [];
}

export function endsText(until: Date): string {
  const when = slackDate(until, "{date_short_pretty} {time}");
  return `:alarm_clock: Reverts ${when}, unless someone changes the number first.`;
}

function proofText({ readBack, verifiedAt }: ChangeResult, vendor: Vendor): string {
  const how = readBack ? `reading it back from ${vendor.title}` : vendor.title;
  return `confirmed by ${how} ${slackDate(verifiedAt, "{date_short_pretty} {time}")}`;
}

/** What went wrong with a change although it took effect. */
function warningLines({ problem }: ChangeResult, vendor: Vendor): string[] {
  if (!problem) return [];
  return [
    problem.code === "outcome_unknown" ? `${vendor.title}'s response was lost.` : escape(problem.message),
  ];
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
