import type { Button } from "@slack/types";
import { otherPeople } from "../../domain/access/protection.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import { isUnanswered, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { agentKey, compare, fieldKey, ownAgentKey, pick, snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import type { ActiveExpiry } from "../../operations/history/active-expiries.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  escape,
  type Message,
  message,
  sections,
  slackDate,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { undoButton } from "../block-kit/restore-buttons.ts";
import { expiryButtons } from "../block-kit/expiry-buttons.ts";
import { actorMention, stripMrkdwn, fieldTitle, fromToText, valueText } from "../block-kit/format.ts";
import { pendingText, withdrawButtons } from "../block-kit/pending-approvals.ts";
import { liveRunText } from "../block-kit/run-text.ts";
import { firstCallLine } from "../block-kit/first-call-text.ts";
import { frozenText } from "../block-kit/freeze-text.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { runbookText } from "../block-kit/runbook-text.ts";
import { detachButton } from "./detach-button.ts";
import { factsText } from "./facts-text.ts";
import { answersClause, answersText } from "../block-kit/agent-text.ts";

/** What the person who sees a card may do. */
interface CardViewer {
  readonly mayChange: boolean;
  readonly isAdmin: boolean;
}

/**
 * One number as its vendor shows it now, with what Patchbay knows about it and buttons for the verbs. `token` stands for
 * a number whose key does not fit into a menu.
 */
export function numberCard(view: NumberView, { mayChange, isAdmin }: CardViewer, token?: string): Message {
  const { number, vendor, connection, labels, readAt, lastChange } = view;
  const state = snapshot(number);
  const title = `${numberTitle(number)} · ${escape(connection.name)} (${vendor.title})`;
  const answers = answersNow(number, labels, vendor);
  const fields = vendor.capabilities.fields
    .map(({ id }) => fieldKey(id))
    .filter((key) => ownValue(state, key))
    .map((key) => `${fieldTitle(key, vendor)}: ${valueText(key, ownValue(state, key), vendor, labels)}`);
  const own = number.override
    ? [
        `${fieldTitle(ownAgentKey, vendor)}: ${answersText({ agent: number.ownAgent }, labels, vendor)}. The routing override answers instead.`,
      ]
    : [];
  const notes = [
    ...restrictionLines(view),
    ...(number.status && number.status !== "active" ? [`Status: ${bold(number.status)}`] : []),
    ...(number.unbindable
      ? [`:no_entry: No agent can be given to this number: ${escape(number.unbindable)}.`]
      : []),
    ...fields,
    ...own,
  ];
  const since = sinceText(view);
  const agentIds = [...agentIdsIn([number.agent?.id])].map((id) => code(id));
  const agentId =
    agentIds.length === 0 ? "" : ` · ${agentIds.length === 1 ? "agent" : "agents"} ${agentIds.join(", ")}`;
  const footer = `Read from ${vendor.title} ${slackDate(readAt)} · id ${code(number.id)}${agentId}`;
  const facts = factsText(number.facts);
  const until = view.expiries.map((end) => (isMoved(end, view) ? movedText(end) : untilText(end, vendor)));
  const pending = view.pending.map(({ approval }) => pendingText(approval, { vendor: () => vendor }));
  const proof = firstCallLine(view.firstCall, { ...lastChange?.requested.labels, ...labels });
  const proven = proof === "" ? [] : [proof];
  const lines = [
    title,
    answers,
    since,
    ...proven,
    ...view.runs.map(liveRunText),
    ...until,
    ...pending,
    ...notes,
    ...(view.runbook === undefined ? [] : [runbookText(view.runbook)]),
  ];
  const key = numberValue.encode(view.key);
  const history = button("history", "History", key);
  const verbs = mayChange
    ? buttonRow(
        [
          ...(number.unbindable === undefined ? [button("reassign", "Reassign", key, "primary")] : []),
          ...undoLast(view),
          history,
        ],
        [
          button("rename", "Rename", key),
          ...(vendor.capabilities.fields.length > 0 ? [button("edit", "Edit", key)] : []),
          ...(isAdmin ? [button("runbook", "Runbook…", key)] : []),
        ],
        token === undefined ? undefined : { token },
      )
    : buttonRow([history]);
  // Apart from the others, so that nobody presses it for one of them.
  const detach = mayChange && number.agent !== null ? [actions([detachButton(number, key)])] : [];
  // The agent and the name of a number may expire separately, so each line says which.
  const ends = view.expiries
    .filter((end) => end.temporary.state !== "reverting" && !isMoved(end, view))
    .map(({ temporary }) => actions(expiryButtons(temporary, "card")));
  const withdrawals = view.pending
    .filter(({ isOwn }) => isOwn)
    .map((one, index) => actions(withdrawButtons(one, String(index))));
  return message(
    [
      ...sections(lines.join("\n").split("\n")),
      ...(facts === undefined ? [] : [context(facts)]),
      context(footer),
      verbs,
      ...ends,
      ...withdrawals,
      ...detach,
    ],
    stripMrkdwn([...lines, ...(facts === undefined ? [] : [facts]), footer].join("\n")),
  );
}

/** Who answers now, and what callers hear if nobody does. */
function answersNow(number: PhoneNumber, labels: NumberView["labels"], vendor: Vendor): string {
  if (isUnanswered(number)) return ":warning: *Nobody answers now*: callers reach no agent.";
  const clause = answersClause(number, labels, vendor);
  return number.chooser === undefined ? `${clause} now.` : `:warning: Now ${clause}.`;
}

function untilText({ record, temporary }: ActiveExpiry, vendor: Vendor): string {
  const { before = {}, labels = {}, actor } = record.requested;
  const left = leftBy(record);
  const back = fromToText(left, pick(before, Object.keys(left)), vendor, labels);
  const when = slackDate(temporary.endsAt, "{date_short_pretty} {time}");
  return `:alarm_clock: Reverts ${when} (changed by ${actorMention(actor)}): ${back}`;
}

/** Whether somebody has changed the number outside Patchbay since, so that the expiry has no effect. */
function isMoved({ record }: ActiveExpiry, { number, expiries }: NumberView): boolean {
  const left = leftBy(record);
  const isCovered = expiries.some(
    ({ record: { requested } }) =>
      requested.sequence > record.requested.sequence &&
      Object.keys(requested.wanted ?? {}).some((field) => Object.hasOwn(left, field)),
  );
  const isCertain = record.outcome?.outcome === "applied" && !isCovered;
  return isCertain && compare(left, snapshot(number)) === "different";
}

function movedText({ record, temporary }: ActiveExpiry): string {
  const when = slackDate(temporary.endsAt, "{date_short_pretty} {time}");
  return `:warning: Does not revert ${when} as planned (changed by ${actorMention(record.requested.actor)}): someone changed the number outside Patchbay since.`;
}

function undoLast({ lastChange }: NumberView): Button[] {
  const { changeId } = lastChange?.requested ?? {};
  const applied = lastChange?.outcome?.outcome === "applied";
  return applied && changeId !== undefined ? [undoButton(changeId, "Undo last change")] : [];
}

function sinceText({ lastChange, number }: NumberView): string {
  if (!lastChange) return "Never rerouted with Patchbay.";
  const { requested, outcome } = lastChange;
  const who = `${actorMention(requested.actor)} ${slackDate(requested.at)}`;
  if (outcome?.outcome !== "applied")
    return `:grey_question: Last rerouted by ${who}. Nobody knows yet whether it took effect.`;
  const moved = snapshot(number)[agentKey] !== leftBy(lastChange)[agentKey];
  const why = requested.reason ? `: “${escape(requested.reason)}”` : ".";
  const words = `Last rerouted by ${who}${why}`;
  return moved ? `${words} :warning: Changed outside Patchbay since.` : words;
}

function restrictionLines({ restrictions }: NumberView): string[] {
  if (!restrictions)
    return [
      ":warning: Patchbay cannot read whether this number is frozen or protected, so it changes nothing.",
    ];
  return [
    ...(restrictions.freeze ? [`:snowflake: ${frozenText(restrictions.freeze)}`] : []),
    ...(restrictions.isProtected
      ? [`:lock: Protected: ${otherPeople(restrictions.approvals)} must approve a change.`]
      : []),
  ];
}
