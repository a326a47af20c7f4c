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
  plainText,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The webhooks, each with its buttons. */
export function webhooksMessage(webhooks: readonly Webhook[]): Message {
  const none = "No webhooks yet. A webhook sends the audit log to an address as signed events.";
  const texts = webhooks.map((webhook) => webhookText(webhook));
  const blocks = webhooks.flatMap((webhook, index): KnownBlock[] => [
    section(texts[index] ?? ""),
    actions([
      ...(webhook.state === "paused" ? [button("webhook:resume", "Resume", webhook.id, "primary")] : []),
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
export function webhookText({ id, origin, state, createdAt, failingSince, failure = "" }: Webhook): string {
  const title = `${bold(origin)} · ${code(id)} · added ${slackDate(createdAt)}`;
  if (state === "paused") return `${title}\n:double_vertical_bar: Paused. ${escape(failure)}`;
  if (failingSince === undefined) return `${title}\n:white_check_mark: Active`;
  return `${title}\n:warning: Failing since ${slackDate(failingSince)}. ${escape(failure)}`;
}

/** The button that replaces the secret, after a question. */
export function rotateButton({ id, origin }: Pick<Webhook, "id" | "origin">): Button {
  return {
    ...button("webhook:rotate", "New secret", id),
    confirm: {
      title: plainText("Replace the secret?"),
      text: plainText(
        `Events to ${origin} are signed with both secrets for 24 hours, then only with the new one.`,
        300,
      ),
      confirm: plainText("Replace"),
      deny: plainText("Cancel"),
    },
  };
}

function removeButton({ id, origin }: Webhook): Button {
  return {
    ...button("webhook:remove", "Remove", id, "danger"),
    confirm: {
      title: plainText("Remove this webhook?"),
      text: plainText(`Nothing more is sent to ${origin}. What it has not got yet is never sent to it.`, 300),
      confirm: plainText("Remove"),
      deny: plainText("Cancel"),
      style: "danger",
    },
  };
}
