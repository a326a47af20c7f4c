import { formatE164 } from "../../operations/shared/format-number.ts";
import type { Out } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import { tableFor } from "../table.ts";
import { changeLines } from "./change-text.ts";
import { namesOf } from "../../operations/documents/number-document.ts";
import type { NumberListDocument } from "../../operations/documents/number-list-document.ts";
import type { HistoryDocument } from "./number-history.ts";
import { numberTitle } from "./number-title.ts";
import type { NumberCardDocument } from "./show-number.ts";

/** Prints a list as a table, and what is missing from it on standard error. */
export function printList(out: Out, list: NumberListDocument): void {
  const rows = list.numbers.map(({ e164 = "", name, answers, status, asOf, connection, id }) => [
    formatE164(e164),
    name ?? "",
    [answers, status === "active" ? undefined : status, asOf && `as of ${asOf}`].filter(Boolean).join(", "),
    connection.name,
    id,
  ]);
  const headings = ["NUMBER", "NAME", "ANSWERED BY", "CONNECTION", "ID"];
  const columns = out.isTTY ? out.columns : undefined;
  // A part of an id is of no use. `number show` has the whole one.
  const shown = columns !== undefined && columns < 100 ? headings.slice(0, -1) : headings;
  const cells = rows.map((row) => row.slice(0, shown.length));
  if (rows.length > 0) out.out(tableFor(out, shown, cells, 60));
  const end = list.offset + rows.length;
  const notes = [
    ...(rows.length === 0 ? ["No number matches."] : []),
    ...(end < list.total ? [`${end} of ${list.total} numbers. To see more: --offset ${end}`] : []),
    ...list.unanswered.map(
      ({ connection, problem, asOf }) =>
        `${connection.name} does not answer: ${problem} ${asOf === undefined ? "Its numbers are missing here." : `Its numbers are as of ${asOf}.`}`,
    ),
    ...list.unreadable.map(
      ({ connection, count }) =>
        `${count === 1 ? "1 number" : `${count} numbers`} of ${connection.name} could not be read.`,
    ),
  ];
  for (const note of notes) out.err(`${sanitize(note)}\n`);
}

/** Prints a number in lines, the most important one first. */
export function printCard(out: Out, card: NumberCardDocument): void {
  const { lastChange, frozen, readAt, vendor } = card;
  const lines = [
    `${numberTitle(card)} (${vendor}), id ${card.id}`,
    ...(card.problem === undefined
      ? [card.isUnanswered ? "Nobody answers: callers reach no agent." : `Answered by: ${card.answers}`]
      : [
          `${vendor} does not show it now: ${card.problem}`,
          `Last known, at ${readAt}: answered by ${card.answers}`,
          `By hand: ${card.dashboard}`,
        ]),
    ...agentIds(card),
    ...(frozen
      ? [
          `Frozen by ${frozen.by} since ${frozen.at}, ${frozen.until === undefined ? "until somebody unfreezes it" : `until ${frozen.until}`}. Why: ${frozen.reason}`,
        ]
      : []),
    ...(card.isProtected === true
      ? [`Protected: ${card.approvals === 2 ? "two other people" : "someone else"} must approve a change.`]
      : []),
    ...(card.problem === undefined && card.isProtected === undefined
      ? ["Patchbay cannot read whether it is frozen or protected, so it changes nothing."]
      : []),
    ...card.runs.map(
      ({ title, state, endsAt }) => `${title}: ${state}${endsAt === undefined ? "" : `, until ${endsAt}`}`,
    ),
    ...card.temporary.map(
      ({ changeId, by, endsAt, state }) =>
        `${state === "reverting" ? "Is being reverted, due" : "Reverts"} ${endsAt} (changed by ${by}, ${changeId})`,
    ),
    ...card.pending.map(
      ({ by, expiresAt, approval }) => `${by} asked for approval, which expires ${expiresAt} (${approval})`,
    ),
    ...(card.runbook === undefined ? [] : [`Runbook: ${card.runbook}`]),
    ...(card.status === undefined || card.status === "active" ? [] : [`Status: ${card.status}`]),
    ...(card.unbindable === undefined ? [] : [`No agent can be given to it: ${card.unbindable}`]),
    ...Object.entries(card.fields).map(([title, value]) => `${title}: ${value}`),
    ...(lastChange ? lastChangeLines(card, lastChange) : []),
    ...(card.problem === undefined ? [`Read from ${vendor} at ${readAt}`] : []),
  ];
  for (const line of lines) out.out(`${sanitize(line)}\n`);
}

function agentIds({ agents }: NumberCardDocument): string[] {
  return agents ? [`Agent id: ${agents.map(({ id }) => id).join(", ")}`] : [];
}

function lastChangeLines(
  { isChangedElsewhere, firstCall = {}, agents }: NumberCardDocument,
  change: NonNullable<NumberCardDocument["lastChange"]>,
): string[] {
  const why = change.reason === undefined ? "" : `: ${change.reason}`;
  const known = change.outcome === "applied" ? "" : " Nobody knows yet whether it took effect.";
  return [
    `Last rerouted by ${change.by} at ${change.at}${why} (${change.changeId ?? ""})${known}`,
    ...callLines(firstCall, change, agents),
    ...(isChangedElsewhere === true ? ["Changed outside Patchbay since."] : []),
  ];
}

function callLines(
  { seen, contradicted }: NonNullable<NumberCardDocument["firstCall"]>,
  { labels }: NonNullable<NumberCardDocument["lastChange"]>,
  agents: NumberCardDocument["agents"],
): string[] {
  const names = { ...labels, ...Object.fromEntries((agents ?? []).map(({ id, name }) => [id, name ?? id])) };
  const by = (agent: string): string => namesOf(agent, { labels: names });
  return [
    ...(contradicted
      ? [`A call at ${contradicted.at} was still answered by ${by(contradicted.agent)}.`]
      : []),
    ...(seen ? [`A call at ${seen.at} was answered by ${by(seen.agent)} (${seen.status}).`] : []),
  ];
}

/** Prints changes, newest first: a paragraph on a terminal of any width. */
export function printHistory(out: Out, { changes, next }: HistoryDocument): void {
  if (changes.length === 0) out.err("No changes yet.\n");
  for (const change of changes) out.out(`${changeLines(change).map(sanitize).join("\n  ")}\n`);
  if (next !== undefined) out.err(`To see earlier ones: --before ${next}\n`);
}
