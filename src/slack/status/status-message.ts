import type { Button, KnownBlock } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { whyUnreadable } from "../../domain/failover/plans.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { ActiveExpiry } from "../../operations/history/active-expiries.ts";
import type { WorkspaceStatus } from "../../operations/workspace/workspace-status.ts";
import {
  actions,
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { healthText } from "../connections/connections-message.ts";
import { changeLine } from "../numbers/change-line.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { expiryButtons } from "../block-kit/expiry-buttons.ts";
import { pendingText, withdrawButtons } from "../block-kit/pending-approvals.ts";
import { liveRunText } from "../block-kit/run-text.ts";
import { returnButtons } from "../runs/run-message.ts";
import { backToText } from "../expiry/expiry-message.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** The number of items of each kind to show, so that all fit into one message. Temporary changes have pages. */
const most = 3;
const changesPerPage = 6;

/** Something that needs attention, and its buttons. */
interface Row {
  readonly text: string;
  readonly buttons: readonly Button[];
  /** What only shows something. */
  readonly more?: readonly Button[];
  readonly changeId?: string | undefined;
}

/** What needs attention for one reason: the rows that are shown, and how many more there are. */
interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly more: readonly string[];
}

/** What needs attention, as a message. */
export function statusMessage(status: WorkspaceStatus, accounts: VendorAccounts, page = 0): Message {
  const footer = `As of ${slackDate(status.at)}`;
  const pages = Math.max(1, Math.ceil(status.expiries.length / changesPerPage));
  const shown = Math.min(page, pages - 1);
  const turn = [
    ...(shown > 0 ? [button("status:previous", "Previous", String(shown - 1))] : []),
    ...(shown < pages - 1 ? [button("status:next", "Next", String(shown + 1))] : []),
  ];
  const groups = [...attentionGroups(status, accounts), ...temporaryGroups(status, accounts, shown)];
  const blocks = [
    ...(groups.length > 0 ? groupBlocks(groups) : [section(asUsual)]),
    context(footer),
    actions([...turn, button("status", "Look again", String(shown))]),
  ];
  const words = groups.flatMap(({ title, rows, more }) => [title, ...rows.map(({ text }) => text), ...more]);
  return message(blocks, stripMrkdwn([...(words.length > 0 ? words : [asUsual]), footer].join("\n")));
}

/** What is broken or waits, as blocks for the App Home; none where nothing does. */
export function attentionBlocks(status: WorkspaceStatus, accounts: VendorAccounts): KnownBlock[] {
  return groupBlocks(attentionGroups(status, accounts));
}

/** The first temporary changes, as blocks for the App Home; none where there are none. */
export function temporaryBlocks(status: WorkspaceStatus, accounts: VendorAccounts): KnownBlock[] {
  return groupBlocks(temporaryGroups(status, accounts));
}

function groupBlocks(groups: readonly Group[]): KnownBlock[] {
  return groups.flatMap(({ title, rows, more }) => [
    section(title),
    ...rows.flatMap((row) => [section(row.text), ...rowButtons(row)]),
    ...more.map((text) => context(text)),
  ]);
}

/** What the recent changes say about all numbers, where that is good news. */
export const noneWithoutAgent = "the last 1,000 changes left no number without an agent";

const asUsual = `:white_check_mark: *All clear*: no temporary changes, no failover, no pending approvals, no unknown outcomes, every connection is healthy, and ${noneWithoutAgent}.`;

/** What is broken first, then what waits. */
function attentionGroups(
  { runs, unreadableRuns, pending, detached, unknown, failing }: WorkspaceStatus,
  accounts: VendorAccounts,
): Group[] {
  return [
    group(":twisted_rightwards_arrows: *Failovers and reverts under way*", runs, runRow),
    group(":warning: *Failovers or reverts under way that cannot be read*", unreadableRuns, (id) => ({
      text: `${code(id)}: ${whyUnreadable} This server does not continue it.`,
      buttons: [],
    })),
    group(":x: *Failing connections*", failing, (health) => ({
      text: healthText(health),
      buttons: [button("status:again", "Try again", health.connection.id)],
    })),
    group(":warning: *Numbers without an agent*", detached, detachedRow),
    group(":grey_question: *Unknown outcomes*", unknown, (record) => ({
      text: changeLine(record, accounts, true),
      buttons: showButtons(record),
    })),
    group(":raised_hand: *Waiting for approval*", pending, (one, index) => ({
      text: pendingText(one.approval, accounts),
      buttons: withdrawButtons(one, String(index)),
    })),
  ].flat();
}

function temporaryGroups({ expiries }: WorkspaceStatus, accounts: VendorAccounts, page?: number): Group[] {
  if (expiries.length === 0) return [];
  const from = (page ?? 0) * changesPerPage;
  const onPage = expiries.slice(from, from + changesPerPage);
  const where = `${from + 1}–${from + onPage.length} of ${expiries.length}`;
  const more = page === undefined ? `${where}: \`/number status\` shows all.` : where;
  return [
    {
      title: ":alarm_clock: *Temporary changes*",
      rows: onPage.map((end) => endRow(end, accounts)),
      more: onPage.length < expiries.length ? [more] : [],
    },
  ];
}

/** Draws no more than it shows: there may be thousands. */
function group<Item>(
  title: string,
  items: readonly Item[],
  rowOf: (item: Item, index: number) => Row,
): Group[] {
  const more =
    items.length > most ? [`And ${items.length - most} more: \`/number history\` has them all.`] : [];
  return items.length === 0 ? [] : [{ title, rows: items.slice(0, most).map(rowOf), more }];
}

function rowButtons({ buttons, more = [], changeId }: Row): KnownBlock[] {
  if (buttons.length + more.length === 0) return [];
  return [buttonRow(buttons, more, changeId === undefined ? undefined : { changeId })];
}

function endRow({ record, temporary }: ActiveExpiry, accounts: VendorAccounts): Row {
  const { requested } = record;
  const when = slackDate(temporary.endsAt, "{date_short_pretty} {time}");
  const due =
    temporary.state === "reverting" ? `It was due ${when} and is being reverted` : `Reverts ${when}`;
  const text = `${titleOf(record)}, changed by ${actorMention(requested.actor)} (${code(temporary.changeId)}). ${due}: ${backToText(record, accounts)}`;
  const decisionButtons = temporary.state === "reverting" ? [] : expiryButtons(temporary, "status");
  return { text, buttons: decisionButtons, more: showButtons(record), changeId: temporary.changeId };
}

function runRow(run: Omit<Run, "steps">): Row {
  return { text: liveRunText(run), buttons: returnButtons(run) };
}

function detachedRow(record: ChangeRecord): Row {
  const { actor, at, reason } = record.requested;
  const why = reason ? `: ${escape(reason)}` : "";
  const key = keyOf(record);
  return {
    text: `${titleOf(record)}, detached by ${actorMention(actor)} ${slackDate(at)}${why}. Callers reach no agent.`,
    buttons:
      key === undefined ? [] : [button("reassign", "Reassign", key, "primary"), button("show", "Show", key)],
  };
}

function showButtons(record: ChangeRecord): Button[] {
  const key = keyOf(record);
  return key === undefined ? [] : [button("show", "Show", key), button("history", "History", key)];
}

function keyOf({ requested: { number } }: ChangeRecord): string | undefined {
  return number && numberValue.encode(number);
}

function titleOf({ requested: { number, connection } }: ChangeRecord): string {
  return `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
}
