import type { KnownBlock } from "@slack/types";
import type { Outcome } from "../../domain/audit/audit-log.ts";
import { isRunApproval, type Approval, type ChangeApproval } from "../../domain/changes/approval.ts";
import type { Expiry } from "../../domain/changes/expiry.ts";
import { chosenAgentName, wantedState } from "../../domain/numbers/change.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  cut,
  escape,
  limits,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { stripMrkdwn, fromToText, wholeValues } from "../block-kit/format.ts";
import { restoredText } from "../block-kit/restore-buttons.ts";
import { pendingText, withdrawButtons } from "../block-kit/pending-approvals.ts";
import { detachWarning, reachNobody } from "../block-kit/detach-warning.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { decisionText, onCallLines, wantedLines } from "./decision-text.ts";
import { decidedRunMessage, runApprovalMessage, runDecisionMessage } from "./run-approval-message.ts";

const shortTime = "{date_short_pretty} {time}";

/**
 * An approval request for approvers: the change, now → after, who requests it, why, until when, and who of them is on call.
 */
export function approvalMessage(
  approval: Approval,
  accounts: VendorAccounts,
  onCall: readonly string[] = [],
): Message {
  if (isRunApproval(approval)) return runApprovalMessage(approval, accounts, onCall);
  const lines = [
    `:lock: <@${approval.asked.userId}> asks for approval to *${approval.asked.change.kind}* ${titleOf(approval)}`,
    ...whatLines(approval, accounts),
    ...wantedLines(approval),
    ...onCallLines(onCall),
    `Approve by ${slackDate(approval.expiresAt, shortTime)} or it expires unchanged.`,
  ];
  return asked(
    approval,
    lines,
    [
      actions([
        button("approve", "Approve", approval.id, "primary"),
        button("decline", "Decline", approval.id, "danger"),
      ]),
    ],
    accounts,
  );
}

/** An approval request after the decision. `outcomeText` says what happened to the change. */
export function decidedMessage(approval: Approval, accounts: VendorAccounts, outcomeText?: string): Message {
  if (isRunApproval(approval)) return decidedRunMessage(approval, accounts, outcomeText);
  const lines = [
    `${decisionText(approval)} <@${approval.asked.userId}> asked to *${approval.asked.change.kind}* ${titleOf(approval)}`,
    ...whatLines(approval, accounts),
    ...(outcomeText === undefined ? [] : [outcomeText]),
  ];
  return asked(approval, lines, [], accounts);
}

/** The decision, for the conversation where approval was requested. */
export function decisionMessage(approval: Approval, accounts: VendorAccounts, why?: string): Message {
  if (isRunApproval(approval)) return runDecisionMessage(approval, accounts, why);
  const lines = [
    `${decisionText(approval)} The change that <@${approval.asked.userId}> asked for was *not* made: ${approval.asked.change.kind} ${titleOf(approval)}`,
    ...whatLines(approval, accounts),
    why ?? "Nothing was changed.",
  ];
  return asked(approval, lines, [], accounts);
}

/**
 * The form's text while the change awaits approval. `delivered` is the number of places where it was posted; `others` are
 * earlier requests for the same number.
 */
export function waitingBlocks(
  approval: ChangeApproval,
  delivered: number,
  others: readonly Approval[],
  accounts: VendorAccounts,
): KnownBlock[] {
  const end = slackDate(approval.expiresAt, shortTime);
  const nobody =
    ":warning: *Patchbay could not notify any approver.* Ask one yourself. An admin can set the approvers and their channel: `/number settings`.";
  return [
    section(`:lock: ${titleOf(approval)} is protected. *Nothing has changed yet.*`),
    section(`Waiting for approval until ${end}.${delivered > 0 ? " We'll tell you here." : `\n${nobody}`}`),
    ...wantedLines(approval).map((line) => section(line)),
    ...others
      .slice(0, 3)
      .map((one) =>
        section(`:warning: *Another request for this number is pending.* ${pendingText(one, accounts)}`),
      ),
    actions(withdrawButtons({ approval, isOwn: true })),
    context(`Request \`${approval.id}\` · change \`${approval.asked.changeId}\``),
  ];
}

/** The outcome of an approved change, for those who were asked. */
export function outcomeWords(outcome: Outcome, changeId: string): string {
  switch (outcome) {
    case "applied":
      return `The change took effect: ${code(changeId)}.`;
    case "refused":
      return `The change was sent and did *not* take effect: ${code(changeId)}.`;
    case "unknown":
      return `The change was sent, and Patchbay is checking whether it took effect: ${code(changeId)}.`;
  }
}

function titleOf({ asked: { e164, name, connection } }: ChangeApproval): string {
  return `${numberTitle({ name, e164 })} at ${escape(connection.name)}`;
}

function whatLines(
  { asked: { change, seen, labels, reason, connection, ends, details, withoutAgent = {} } }: ChangeApproval,
  accounts: VendorAccounts,
): string[] {
  const named = { ...chosenAgentName(change), ...labels };
  const restored = restoredText(details);
  const incident = details?.["incident"];
  return [
    `Now → after: ${fromToText(seen, wantedState(change), accounts.vendor(connection.vendor), named, { withIds: true })}`,
    ...(change.kind === "detach" ? [detachWarning(withoutAgent, reachNobody)] : []),
    ...(ends === undefined ? [] : [endText(ends)]),
    ...(restored === undefined ? [] : [restored]),
    ...(incident === undefined ? [] : [`For incident ${bold(incident)}`]),
    ...(reason === undefined ? [] : [`Why: ${escape(cut(reason, 300))}`]),
  ];
}

function endText(ends: Expiry): string {
  const when =
    ends.kind === "after" ? `${formatDuration(ends.ms)} after it is approved` : slackDate(ends.at, shortTime);
  return `:alarm_clock: Reverts ${when}, unless someone changes the number first.`;
}

function asked(
  { id, asked: { changeId, at, change, seen, connection } }: ChangeApproval,
  lines: readonly string[],
  more: KnownBlock[],
  accounts: VendorAccounts,
): Message {
  const text = lines.join("\n");
  // Nothing that the decision depends on may be truncated.
  const said = text.length <= limits.sectionText ? [section(text)] : lines.map((line) => section(line));
  const whole = wholeValues(seen, wantedState(change), accounts.vendor(connection.vendor));
  const footer = `Request \`${id}\` · change \`${changeId}\` · asked ${slackDate(at, shortTime)}`;
  const values = whole.map((each) => section(each));
  return message(
    [...said, ...values, context(footer), ...more],
    stripMrkdwn([...lines, ...whole, footer].join("\n")),
  );
}
