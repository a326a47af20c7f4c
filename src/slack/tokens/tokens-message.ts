import type { Button } from "@slack/types";
import type { ApiToken } from "../../domain/access/api-token.ts";
import type { TokenList } from "../../operations/tokens/manage-tokens.ts";
import type { Connection } from "../../domain/connections/connections.ts";
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

const mostShown = 40;
const mostUnreadable = 5;

/** The tokens of the HTTP API, each with a button that revokes it. */
export function tokensMessage(
  { tokens, unreadable }: TokenList,
  connections: readonly Connection[],
): Message {
  const broken = unreadable.slice(0, mostUnreadable);
  const shown = tokens.slice(0, mostShown);
  const texts = shown.map((token) => tokenText(token, connections));
  const none = "No tokens yet. A program needs one to use the HTTP API.";
  const more = tokens.length + unreadable.length - shown.length - broken.length;
  const isEmpty = tokens.length === 0 && unreadable.length === 0;
  return message(
    [
      ...broken.map((id) => section(unreadableText(id), revokeButton({ id, name: id }))),
      ...(isEmpty ? [section(none)] : []),
      ...shown.map((token, index) => section(texts[index] ?? "", revokeButton(token))),
      ...(more > 0 ? [context(`And ${more} more: \`patchbay tokens list\` on the server lists all.`)] : []),
      actions([button("token:new", "Make a token", "new", "primary")]),
    ],
    stripMrkdwn(isEmpty ? none : [...broken.map(unreadableText), ...texts].join("\n")),
  );
}

function unreadableText(id: string): string {
  return `:warning: *A token cannot be read* (${code(id)}), so nobody can use it. Revoke it.`;
}

/** A token in mrkdwn. */
export function tokenText(
  { name, scope, owner, connectionIds, expiresAt, lastUsedAt }: ApiToken,
  connections: readonly Connection[],
): string {
  const names = connectionIds?.map((id) => connections.find((one) => one.id === id)?.name ?? id);
  const of = names === undefined ? "all connections" : names.map(escape).join(", ");
  const used = lastUsedAt === undefined ? "never used" : `last used ${slackDate(lastUsedAt)}`;
  return `${bold(name)} · \`${scope}\` · ${of}\nWith the rights of ${actorMention(owner)} · ${used} · expires ${slackDate(expiresAt)}`;
}

/** The button that revokes a token, after a question. */
export function revokeButton({ id, name }: Pick<ApiToken, "id" | "name">): Button {
  return confirmed(button("token:revoke", "Revoke", id, "danger"), {
    title: "Revoke this token?",
    text: `Programs that use “${name}” can do nothing more from now on.`,
    yes: "Revoke",
    style: "danger",
  });
}
