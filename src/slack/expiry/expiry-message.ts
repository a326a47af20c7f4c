import type { Button, KnownBlock } from "@slack/types";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { changedFields, pick, type Snapshot } from "../../domain/numbers/change.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { problemWords } from "../../domain/problem/problem-words.ts";
import type { Problem } from "../../domain/problem/problem.ts";
import type { TemporaryChange } from "../../domain/changes/temporary-change.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { ExpiryNotice } from "../../domain/changes/expiry-notice.ts";
import {
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn, fromToText } from "../block-kit/format.ts";
import { manualSteps } from "../block-kit/manual-steps.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { expirySubject, expiryButtons } from "../block-kit/expiry-buttons.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { frozenText } from "../block-kit/freeze-text.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** From this delay on, an expiry is called late, in milliseconds. */
const lateMs = 60_000;

/** Reports an event around the expiry of a temporary change, for the conversation where the change was requested. */
export function expiryMessage(story: ExpiryNotice, accounts: VendorAccounts): Message {
  const { record, temporary } = story;
  const { number, changeId = "" } = record.requested;
  const words = [...eventLines(story, accounts)];
  const footer = `Change ${code(changeId)} by ${actorMention(record.requested.actor)}`;
  const key = numberValue.encode({ connectionId: temporary.connectionId, numberId: temporary.numberId });
  const buttons = buttonRow(
    decisionButtons(story),
    [button("show", "Show", key), button("history", "History", key)],
    { changeId },
  );
  const blocks: KnownBlock[] = words.map((line) => section(line));
  return message(
    [...blocks, context(footer), ...(number ? [buttons] : [])],
    stripMrkdwn([...words, footer].join("\n")),
  );
}

/** What can be decided: about the end of a change, or whether it is reverted over what somebody changed since. */
function decisionButtons({ event, temporary }: ExpiryNotice): Button[] {
  if (event.kind === "reminder") return expiryButtons(temporary);
  if (event.kind !== "moved") return [];
  const { changeId } = temporary;
  return [restoreAgainButton("Revert anyway", { changeId, to: "before", overNewer: true })];
}

/** What the buttons of such a message are for; undefined where they only show something. */
export function expiryNoticeSubject({ event, temporary }: ExpiryNotice): ButtonSubject | undefined {
  if (event.kind === "reminder") return expirySubject(temporary);
  if (event.kind !== "moved") return undefined;
  const { changeId, connectionId, numberId } = temporary;
  return { kind: "change", changeId, key: { connectionId, numberId }, overNewer: true };
}

/** The state that the revert restores, in mrkdwn. `withIds` as in `fromToText`. */
export function backToText(record: ChangeRecord, accounts: VendorAccounts, { withIds = false } = {}): string {
  const { connection, before = {}, labels = {} } = record.requested;
  if (!connection) return "";
  const left = leftBy(record);
  const back = pick(before, Object.keys(left));
  return fromToText(left, back, accounts.vendor(connection.vendor), labels, { withIds });
}

function eventLines(story: ExpiryNotice, accounts: VendorAccounts): readonly string[] {
  const { record, temporary, event } = story;
  const title = titleOf(record);
  const back = backToText(record, accounts, { withIds: true });
  switch (event.kind) {
    case "reminder":
      return [
        `:alarm_clock: The change of ${title} reverts automatically ${slackDate(temporary.endsAt, "{date_short_pretty} {time}")}, unless someone changes the number first.`,
        `Then: ${back}`,
      ];
    case "reverted":
      return [
        `:leftwards_arrow_with_hook: ${title} was restored: ${whyNow(temporary)}.`,
        back,
        ...lateLines(temporary, event.revert.requested.at),
        `Confirmed ${slackDate(event.revert.outcome?.at ?? event.revert.requested.at)} · change ${code(event.revert.requested.changeId ?? "")}`,
      ];
    case "already":
      return [
        `:white_check_mark: The temporary change of ${title} expired. The number was already back, so nothing was changed.`,
      ];
    case "moved":
      if (hasSameResult(record, event.now)) {
        return [
          `:warning: ${title} was *NOT reverted*: someone made the same change since, permanently.`,
          movedBy(event.by),
          "Nothing was changed. Check the number, then decide.",
        ];
      }
      return [
        `:warning: ${title} was *NOT reverted*: someone changed it since.`,
        `${movedBy(event.by)} ${nowText(record, event.now, accounts)}`,
        "Nothing was changed. Check the number, then decide.",
      ];
    case "waits":
      return [
        `:hourglass_flowing_sand: The temporary change of ${title} expired, but a newer one by ${actorMention(event.newer.requested.actor)} has superseded it (${code(event.newer.requested.changeId ?? "")}). That one reverts ${slackDate(event.until)}.`,
        `The number reverts then. Nothing was changed yet.`,
      ];
    case "frozen":
      return [
        `:snowflake: ${title} was *NOT reverted* yet. ${freezeWords(event.problem)}`,
        `Patchbay retries until it is unfrozen, for up to a day. Then: ${back}`,
      ];
    case "unreachable":
      return [
        `:rotating_light: ${title} was *NOT reverted* yet. ${escape(event.problem.message)}`,
        `Patchbay retries for up to a day, unless someone changes the number first. To fix it now:`,
        byHand(record, accounts),
      ];
    case "unknown":
      return [
        `:grey_question: The temporary change of ${title} expired. It is *unknown* whether the number was reverted: ${back}`,
        "Patchbay sent the revert once and keeps checking. Check the number before you do anything else.",
      ];
    case "clock_off":
      return [
        `:clock3: The temporary change of ${title} waits: the clock of Patchbay's server is wrong, so it is not known whether the change has expired.`,
        "Nothing was changed. It reverts once the clock is right again: tell the person who runs Patchbay. To restore the number now:",
        byHand(record, accounts),
      ];
    case "failed":
      return [
        `:rotating_light: ${title} was *NOT reverted*.`,
        `${escape(problemWords(event.problem).happened)} Patchbay does not retry.`,
        byHand(record, accounts),
      ];
  }
}

/** The same text that a refused person gets. */
function freezeWords({ details: { freeze }, message: words }: Problem): string {
  return freeze ? frozenText(freeze) : escape(words);
}

function titleOf({ requested }: ChangeRecord): string {
  return `${numberTitle(requested.number ?? {})} at ${escape(requested.connection?.name ?? "")}`;
}

function whyNow({ endedBy }: TemporaryChange): string {
  return endedBy === undefined ? "the temporary change expired" : `<@${endedBy}> reverted it`;
}

function lateLines({ endsAt }: TemporaryChange, at: string): readonly string[] {
  const late = Date.parse(at) - endsAt.getTime();
  if (late < lateMs) return [];
  return [`:clock3: ${formatDuration(late)} late: it was due ${slackDate(endsAt)}.`];
}

function movedBy(by: ChangeRecord | undefined): string {
  if (!by) return "It was changed outside Patchbay.";
  const { actor, at, changeId = "" } = by.requested;
  return `It was changed by ${actorMention(actor)} ${slackDate(at)} (${code(changeId)}).`;
}

/** Whether the number is as the change left it, because a newer change had the same result. */
function hasSameResult(record: ChangeRecord, now: Snapshot): boolean {
  const left = leftBy(record);
  return changedFields(left, now, Object.keys(left)).length === 0;
}

function nowText(record: ChangeRecord, now: Snapshot, accounts: VendorAccounts): string {
  const { connection, labels = {} } = record.requested;
  if (!connection) return "";
  const left = leftBy(record);
  const vendor = accounts.vendor(connection.vendor);
  return `That change → now: ${fromToText(left, pick(now, Object.keys(left)), vendor, labels, { withIds: true })}`;
}

function byHand(record: ChangeRecord, accounts: VendorAccounts): string {
  const { connection, number = {}, before = {}, labels = {} } = record.requested;
  const wanted = pick(before, Object.keys(leftBy(record)));
  return connection ? manualSteps(accounts.vendor(connection.vendor), number, wanted, labels) : "";
}
