import type { Button, KnownBlock } from "@slack/types";
import type { ConnectionHealth } from "../../operations/connections/list-connections.ts";
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
} from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { noConnectionText } from "./no-connection-message.ts";
import { outageText } from "./outage-notice.ts";

/** The connections of a workspace with their health, and with buttons for admins. */
export function connectionsMessage(list: readonly ConnectionHealth[]): Message {
  if (list.length === 0) return message([section(noConnectionText)], stripMrkdwn(noConnectionText));
  const blocks = list.slice(0, 16).flatMap((health): KnownBlock[] => {
    const { id } = health.connection;
    return [
      section(healthText(health), disconnectButton(health)),
      actions([
        button("test", "Test", id),
        button("replace_key", "Replace key", id),
        button("operators", "Operators", id),
      ]),
    ];
  });
  const more =
    list.length > 16
      ? [context(`And ${list.length - 16} more: \`patchbay connections\` on the server lists all.`)]
      : [];
  return message([...blocks, ...more], stripMrkdwn(list.map((health) => healthText(health)).join("\n")));
}

/** A connection and its health, in mrkdwn. */
export function healthText(health: ConnectionHealth): string {
  const { connection, vendor, numbers, hasNewerApi, problem, outage } = health;
  const state = problem
    ? `${problem.details.loading ? ":hourglass_flowing_sand:" : ":x:"} ${escape(problem.message)}`
    : `:white_check_mark: Healthy · ${numbers} numbers`;
  const pause = outage ? `\n${outageText({ connection, outage })}` : "";
  const generation = hasNewerApi ? " (newer API)" : "";
  return `${bold(connection.name)} · ${vendor.title}${generation} · key ${code(connection.fingerprint)}\n${state}${pause}`;
}

function disconnectButton({ connection }: ConnectionHealth): Button {
  return confirmed(button("disconnect", "Disconnect", connection.id, "danger"), {
    title: "Disconnect?",
    text: "Patchbay deletes its key and no longer shows its numbers. Nothing changes at the vendor. The history stays.",
    yes: "Disconnect",
    style: "danger",
  });
}
