import type { KnownBlock } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { whyUnreadable } from "../../domain/failover/plans.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { FirstCalls } from "../../operations/history/first-calls.ts";
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
import { pendingText, withdrawButtons } from "../block-kit/pending-approvals.ts";
import { liveRunText } from "../block-kit/run-text.ts";
import { returnButtons } from "../runs/run-message.ts";
import {
  keyOf,
  pagesOf,
  showButtons,
  temporaryGroups,
  titleOf,
  type Group,
  type Row,
} from "./status-rows.ts";

/** The number of items of each kind to show, so that all fit into one message. Temporary changes have pages. */
const most = 3;

/** What needs attention, as a message. */
export function statusMessage(
  status: WorkspaceStatus,
  accounts: VendorAccounts,
  { page, firstCalls }: { readonly page: number; readonly firstCalls: FirstCalls },
): Message {
  const footer = `As of ${slackDate(status.at)}`;
  const pages = pagesOf(status);
  const shown = Math.min(page, pages - 1);
  const turn = [
    ...(shown > 0 ? [button("status:previous", "Previous", String(shown - 1))] : []),
    ...(shown < pages - 1 ? [button("status:next", "Next", String(shown + 1))] : []),
  ];
  const groups = [
    ...attentionGroups(status, accounts),
    ...temporaryGroups(status, accounts, firstCalls, shown),
  ];
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
  return groupBlocks(temporaryGroups(status, accounts, new Map()));
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
    group(":warning: *Detached, and still without an agent*", detached, detachedRow),
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
