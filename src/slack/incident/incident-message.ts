import type { Button } from "@slack/types";
import type { Incident } from "../../domain/changes/incident.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { IncidentPage } from "../../operations/incident/incident-changes.ts";
import {
  bold,
  button,
  context,
  escape,
  type Message,
  message,
  section,
  sections,
  slackDate,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { changeLine } from "../numbers/change-line.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { z } from "zod";

/** The number of changes on a page of the timeline. */
export const timelineLimit = 8;

/** The title of an incident, in mrkdwn. */
export function incidentTitle({ key, title }: Pick<Incident, "key" | "title">): string {
  return title ? `${bold(key)} (${escape(title)})` : bold(key);
}

/** Announces an incident, and what it means for changes in the conversation. */
export function startedMessage(incident: Incident): Message {
  const { channelId, startedBy, endedBy, endedAt } = incident;
  const belong =
    channelId === undefined ? "" : " Changes made in this conversation from now on belong to it.";
  const ended =
    endedBy &&
    endedAt &&
    `\n:checkered_flag: It was ended by ${actorMention(endedBy)} ${slackDate(endedAt)}.`;
  const where = ended ?? belong;
  const words = `:rotating_light: ${incidentTitle(incident)} was started by ${actorMention(startedBy)}.${where}`;
  const note = ended
    ? "Use the buttons below to revert its changes or see the summary."
    : `\`/number incident revert\` reverts its changes; \`/number incident end\` ends it.`;
  return message(
    [section(words), context(note), buttonRow(incidentButtons(incident))],
    stripMrkdwn(`${words}\n${note}`),
  );
}

/** An incident, and the entry before which its older changes begin, as the value of a button. */
export const olderValue = buttonValue(json(z.object({ key: z.string(), before: z.number().int() })));

/** The changes made for an incident, newest first, a paragraph for each. */
export function timelineMessage(
  { incident, changes, next }: IncidentPage,
  accounts: VendorAccounts,
): Message {
  const { key, startedBy, startedAt, endedAt, endedBy } = incident;
  const began = `started by ${actorMention(startedBy)} ${slackDate(startedAt)}`;
  const ended = endedAt && endedBy ? `, ended by ${actorMention(endedBy)} ${slackDate(endedAt)}` : ", open";
  const head = `${incidentTitle(incident)}: ${began}${ended}.`;
  const lines = changes.map((change) => changeLine(change, accounts, true));
  const none = changes.length === 0 ? ["Nothing was changed for it."] : [];
  const older =
    next === undefined ? [] : [button("incident:older", "Older", olderValue.encode({ key, before: next }))];
  return message(
    [
      section(head),
      ...[...none, ...lines].flatMap((line) => sections(line.split("\n"))),
      buttonRow([...older, ...actButtons(incident)]),
    ],
    stripMrkdwn([head, ...none, ...lines].join("\n")),
  );
}

/** The buttons of an incident. */
export function incidentButtons(incident: Incident): Button[] {
  return [button("incident", "Timeline", incident.key), ...actButtons(incident)];
}

function actButtons({ key, endedAt }: Incident): Button[] {
  return [
    button("incident:revert", "Revert…", key),
    endedAt ? button("incident:summary", "Summary", key) : button("incident:end", "End", key),
  ];
}
