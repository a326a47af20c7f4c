import type { KnownBlock } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isSettled, leftBy, problemOf } from "../../domain/changes/change-record.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import {
  button,
  code,
  context,
  escape,
  message,
  section,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn, sideEffectLines, fromToText, passedText } from "../block-kit/format.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { endsText } from "./result-message.ts";
import { restoreButtons, restoredText } from "../block-kit/restore-buttons.ts";
import { tryAgainButton } from "./retry-button.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** The outcome of a change that was determined after the person got another report, or none. */
export function outcomeMessage(record: ChangeRecord, accounts: VendorAccounts): Message {
  const { requested, outcome } = record;
  const { connection, number, before = {}, labels = {}, changeId = "", reason } = requested;
  const problem = problemOf(record);
  const title = `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
  const vendor = connection ? accounts.vendor(connection.vendor) : undefined;
  const restored = restoredText(requested.details);
  const lines = [
    `${verdict(record)} ${title}`,
    `Requested by ${actorMention(requested.actor)}${passedText(requested.details)} ${slackDate(requested.at)}: ${vendor ? fromToText(before, leftBy(record), vendor, labels) : ""}`,
    ...(problem ? [escape(problem.message)] : []),
    ...(vendor ? sideEffectLines([before, leftBy(record), outcome?.after ?? {}], vendor, labels) : []),
    ...untilLines(record),
    ...(restored ? [restored] : []),
    ...(reason ? [`Why: ${escape(reason)}`] : []),
  ];
  const footer = `Change \`${changeId}\``;
  const key = number && numberValue.encode(number);
  const undone = outcome?.outcome !== "applied" && requested.change;
  const again = undone ? [tryAgainButton(changeId, requested.details)] : [];
  const undo = restoreButtons(record, false);
  const buttons = key
    ? [
        buttonRow([...undo, ...again], [button("show", "Show", key), button("history", "History", key)], {
          changeId,
        }),
      ]
    : [];
  return message(
    [...sections(lines.join("\n").split("\n")), context(footer), ...buttons],
    stripMrkdwn([...lines, footer].join("\n")),
  );
}

/** For a change that was never sent, because the process stopped before. */
export function neverSentMessage(changeId: string): Message {
  const words =
    "*Patchbay stopped before it sent your change.* Nothing was changed. Check the number, then send it again.";
  return message([section(words), context(`Id ${code(changeId)}`)], stripMrkdwn(`${words} Id ${changeId}`));
}

/** A message as the final view of a form. */
export function withoutButtons({ blocks }: Message): KnownBlock[] {
  return blocks.filter(({ type }) => type !== "actions");
}

function verdict({ requested, outcome }: ChangeRecord): string {
  const after = outcome ? Math.round((Date.parse(outcome.at) - Date.parse(requested.at)) / 1000) : 0;
  switch (outcome?.outcome) {
    case "applied":
      return `:white_check_mark: *It took effect*, confirmed ${after} s later:`;
    case "refused":
      return `:x: *It did not take effect*: the vendor did not show it ${after} s later:`;
    case "unknown":
    case undefined:
      return isSettled({ outcome })
        ? ":grey_question: *Unknown* whether it took effect, and nobody will find out:"
        : ":grey_question: *Unknown* whether it took effect. Patchbay keeps checking:";
  }
}

/** When the change reverts, if it took effect and is temporary. */
function untilLines({ requested, outcome }: ChangeRecord): string[] {
  const until = requested.details?.["until"];
  if (until === undefined || outcome?.outcome !== "applied") return [];
  return [endsText(new Date(until))];
}
