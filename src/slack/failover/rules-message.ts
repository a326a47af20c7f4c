import type { Button } from "@slack/types";
import { isSameActor, type Actor } from "../../domain/shared/actor.ts";
import type { ClosedGate } from "../../domain/failover/rule-store.ts";
import { demandText } from "../../domain/failover/demand.ts";
import type { Rule } from "../../domain/failover/rules.ts";
import { whyUnreadable } from "../../domain/failover/plans.ts";
import type { RuleList } from "../../operations/failover/rules.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { overrideButton } from "../block-kit/rule-blocks.ts";

const mostShown = 20;

/** The rules, each with a button that removes it for those who may, and the gate. */
export function rulesMessage(
  { rules, unreadable, overrides, gate }: RuleList,
  reader: Actor,
  isAdmin: boolean,
): Message {
  const broken = unreadable.slice(0, mostShown);
  const shown = rules.slice(0, mostShown);
  const texts = shown.map((rule) => {
    const own = overrides.find(({ ruleId, by }) => ruleId === rule.id && isSameActor(by, reader));
    return `${ruleText(rule)}${own ? `\n:rotating_light: You override it until ${slackDate(own.until, "{time}")}.` : ""}`;
  });
  const none =
    "No rules yet. An admin can add one, such as: at least 2 of the emergency lines keep an agent.";
  const more = rules.length + unreadable.length - shown.length - broken.length;
  const isEmpty = rules.length === 0 && unreadable.length === 0;
  const buttons = [
    ...(isAdmin ? [button("rule:new", "Add a rule", "new", "primary")] : []),
    ...(shown.length > 0 ? [overrideButton(shown.map(({ id }) => id))] : []),
  ];
  return message(
    [
      ...broken.map((id) => section(unreadableText(id), isAdmin ? removeButton(id, id) : undefined)),
      ...(isEmpty ? [section(none)] : []),
      ...shown.map((rule, index) => section(texts[index] ?? "", isAdmin ? removalOf(rule) : undefined)),
      ...(more > 0 ? [context(`And ${more} more.`)] : []),
      section(gateText(gate)),
      ...(buttons.length > 0 ? [actions(buttons)] : []),
    ],
    stripMrkdwn(
      [...(isEmpty ? [none] : [...broken.map(unreadableText), ...texts]), gateText(gate)].join("\n"),
    ),
  );
}

function removalOf({ id, title, demand }: Rule): Button {
  return removeButton(id, `“${title}” (${demandText(demand)})`);
}

function removeButton(id: string, what: string): Button {
  return confirmed(button("rule:remove", "Remove", id, "danger"), {
    title: "Remove this rule?",
    text: `${what} no longer stops any change.`,
    yes: "Remove",
    style: "danger",
  });
}

function unreadableText(id: string): string {
  return `:warning: *A rule cannot be read* (${code(id)}), so Patchbay changes no number. ${whyUnreadable} An admin can remove it and add it again.`;
}

/** A rule in mrkdwn. */
export function ruleText({ title, demand, scopes }: Rule): string {
  const of = scopes.length === 1 ? "1 number or connection" : `${scopes.length} numbers or connections`;
  return `• ${bold(title)}: ${escape(demandText(demand))} (of ${of})`;
}

/** Whether automation may change numbers, in mrkdwn. */
export function gateText(gate: ClosedGate | undefined): string {
  if (!gate) return ":gear: Automation is *on*: temporary changes revert by themselves.";
  return `:no_entry: Automation is *off* by ${actorMention(gate.by)} since ${slackDate(gate.at)}: only people change numbers. Why: ${escape(gate.reason)}`;
}
