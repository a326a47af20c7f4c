import type { Button, KnownBlock } from "@slack/types";
import { maxWebhooks, type Webhook } from "../../domain/webhooks/webhook.ts";
import {
  actions,
  bold,
  button,
  code,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The webhooks, each with its buttons. */
export function webhooksMessage(webhooks: readonly Webhook[]): Message {
  const none = "No webhooks yet. A webhook sends the audit log to an address as signed events.";
  const texts = webhooks.map((webhook) => webhookText(webhook));
  const blocks = webhooks.flatMap((webhook, index): KnownBlock[] => [
    section(texts[index] ?? ""),
    actions([
      ...(webhook.state === "paused" ? [button("webhook:resume", "Resume", webhook.id, "primary")] : []),
      button("webhook:kinds", "Events…", webhook.id),
      rotateButton(webhook),
      removeButton(webhook),
    ]),
  ]);
  const add =
    webhooks.length < maxWebhooks
      ? [actions([button("webhook:new", "Add a webhook", "new", "primary")])]
      : [];
  return message(
    [...(webhooks.length === 0 ? [section(none)] : blocks), ...add],
    stripMrkdwn(webhooks.length === 0 ? none : texts.join("\n")),
  );
}

/** A webhook in mrkdwn: never its path, which may be secret. */
export function webhookText(webhook: Webhook): string {
  const { id, origin, state, kinds, createdAt, failingSince, failure = "" } = webhook;
  const only = kinds === undefined ? "" : `\nOnly ${kindsText(kinds)}`;
  const title = `${bold(origin)} · ${code(id)} · added ${slackDate(createdAt)}${only}`;
  if (state === "paused") return `${title}\n:double_vertical_bar: Paused. ${escape(failure)}`;
  if (failingSince === undefined) return `${title}\n:white_check_mark: Active`;
  return `${title}\n:warning: Failing since ${slackDate(failingSince)}. ${escape(failure)}`;
}

/** How many kinds of events a list names. */
const mostKinds = 10;

function kindsText(kinds: readonly string[]): string {
  const named = kinds.slice(0, mostKinds).map((kind) => code(kind));
  const more = kinds.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The button that replaces the secret, after a question. */
export function rotateButton({ id, origin }: Pick<Webhook, "id" | "origin">): Button {
  return confirmed(button("webhook:rotate", "New secret", id), {
    title: "Replace the secret?",
    text: `Events to ${origin} are signed with both secrets for 24 hours, then only with the new one.`,
    yes: "Replace",
  });
}

function removeButton({ id, origin }: Webhook): Button {
  return confirmed(button("webhook:remove", "Remove", id, "danger"), {
    title: "Remove this webhook?",
    text: `Nothing more is sent to ${origin}. What it has not got yet is never sent to it.`,
    yes: "Remove",
    style: "danger",
  });
}
