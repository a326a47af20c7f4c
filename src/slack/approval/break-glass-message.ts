import type { KnownBlock } from "@slack/types";
import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { VendorAccounts, Vendor } from "../../domain/vendor/vendor.ts";
import { isOverride, type AwaitingReview } from "../../operations/approval/review-break-glass.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
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
  sections,
  slackDate,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn, fromToText } from "../block-kit/format.ts";
import { resultWords } from "../outcome/result-message.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { changeLine } from "../numbers/change-line.ts";
import { plural } from "../../domain/text/plural.ts";

const mostShown = 15;

/** A prominent message about a break-glass change, for those who would have approved it. */
export function breakGlassMessage(result: ChangeResult, vendor: Vendor, userId: string): Message {
  const { heading, lines, footer } = resultWords(result, vendor, userId);
  const words = [
    `:rotating_light: *Break glass* by <@${userId}>, ${howText({ ...result.details, ...result.policyDecision.details })}:`,
    heading,
    ...lines,
    "An admin must review it: `/number reviews`.",
  ];
  const key = numberValue.encode({ connectionId: result.connection.id, numberId: result.before.id });
  return message(
    [
      ...sections(words.join("\n").split("\n")),
      context(footer),
      actions([button("show", "Show", key), button("history", "History", key)]),
    ],
    stripMrkdwn([...words, footer].join("\n")),
  );
}

/** What was passed over: a rule, or one approval or two. */
function howText({ overrode, wanted }: ChangeDetails = {}): string {
  if (overrode !== undefined) return "in spite of a rule";
  return wanted === "2" ? "without the two approvals that the number wants" : "without approval";
}

/** The same for a change by a command, from the audit log. */
export function breakGlassRecordMessage(record: ChangeRecord, accounts: VendorAccounts): Message {
  const { number, actor, at, details } = record.requested;
  const words = [
    `:rotating_light: *Break glass* on the command line by ${actorMention(actor)}, ${howText(details)}:`,
    changeLine(record, accounts, true),
    "An admin must review it: `/number reviews`.",
  ];
  const key = number && numberValue.encode(number);
  const buttons = key ? [actions([button("show", "Show", key), button("history", "History", key)])] : [];
  return message(
    [...sections(words.join("\n").split("\n")), context(slackDate(at)), ...buttons],
    stripMrkdwn(words.join("\n")),
  );
}

/** The uses of break glass that await a review, each with a button that marks it as reviewed. */
export function reviewsMessage(entries: readonly AwaitingReview[], accounts: VendorAccounts): Message {
  if (entries.length === 0) {
    const words = "No use of break glass is awaiting review.";
    return message([section(words)], words);
  }
  const title = reviewsText(entries.length);
  const shown = entries.slice(0, mostShown).map((one) => ({
    entry: one.entry,
    words: reviewText(one, accounts),
  }));
  const more =
    entries.length > shown.length
      ? [
          context(
            `And ${entries.length - shown.length} more. They appear here once the ones above are reviewed.`,
          ),
        ]
      : [];
  return message(
    [
      section(title),
      ...shown.map(({ entry, words }): KnownBlock =>
        section(words, button("reviewed", "Mark reviewed", entry.changeId ?? "")),
      ),
      ...more,
    ],
    stripMrkdwn([title, ...shown.map(({ words }) => words)].join("\n")),
  );
}

/** How many uses of break glass await a review. */
export function reviewsText(count: number): string {
  return `:rotating_light: *${count} ${count === 1 ? "use" : "uses"} of break glass* to review`;
}

/** A use of break glass after its review. */
export function reviewedMessage(entry: AuditEntry): Message {
  const { changeId = "", actor, number, details } = entry;
  const what = isOverride(entry)
    ? `override of the rule ${bold(details?.title ?? "")}`
    : `break-glass change of ${numberTitle(number ?? {})}`;
  const words = `:white_check_mark: You reviewed the ${what} by ${actorMention(actor)}: ${code(changeId)}.`;
  return message([section(words)], stripMrkdwn(words));
}

function reviewText({ entry, changes = 0 }: AwaitingReview, accounts: VendorAccounts): string {
  return isOverride(entry) ? overrideText(entry, changes) : changeText(entry, accounts);
}

function overrideText(
  { actor, at, details, reason = "", changeId = "" }: AuditEntry,
  changes: number,
): string {
  const { title = "", demand = "", until } = details ?? {};
  const end = until === undefined ? "" : ` until ${slackDate(until, "{time}")}`;
  return [
    `${slackDate(at)} ${actorMention(actor)}: overrode the rule ${bold(title)}${end}`,
    `${escape(demand)} · ${plural(changes, "change")} made in spite of it`,
    `Why: ${escape(reason)} · ${code(changeId)}`,
  ].join("\n");
}

function changeText(entry: AuditEntry, accounts: VendorAccounts): string {
  const {
    actor,
    at,
    number,
    connection,
    before = {},
    wanted = {},
    labels = {},
    reason,
    changeId = "",
  } = entry;
  const fromTo = connection
    ? fromToText(before, wanted, accounts.vendor(connection.vendor), labels, { withIds: true })
    : "";
  return [
    `${slackDate(at)} ${actorMention(actor)}: ${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`,
    fromTo,
    ...(entry.details?.wanted === "2" ? ["Two approvals were wanted."] : []),
    `Why: ${escape(reason ?? "")} · ${code(changeId)}`,
  ].join("\n");
}
