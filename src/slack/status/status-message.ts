import type { Button, KnownBlock } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { VendorAccounts } from "../../domain/vendor.ts";
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
import { actorMention, stripMrkdwn, numberTitle } from "../block-kit/format.ts";
import { healthText } from "../connections/connections-message.ts";
import { changeLine } from "../numbers/change-line.ts";
import { expiryButtons } from "../block-kit/expiry-buttons.ts";
import { pendingText, withdrawButtons } from "../block-kit/pending-approvals.ts";
import { backToText } from "../expiry/expiry-message.ts";
import { numberValue } from "../block-kit/key-values.ts";

/** The number of items of each kind to show, so that all fit into one message. Temporary changes have pages. */
const most = 4;
const changesPerPage = 6;

/** Something that needs attention, and its buttons. */
interface Row {
  readonly text: string;
  readonly buttons: Button[];
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
  const pages = Math.max(1, Math.ceil(status.ends.length / changesPerPage));
  const shown = Math.min(page, pages - 1);
  const turn = [
    ...(shown > 0 ? [button("status:previous", "Previous", String(shown - 1))] : []),
    ...(shown < pages - 1 ? [button("status:next", "Next", String(shown + 1))] : []),
  ];
  const groups = groupsOf(status, accounts, shown);
  const blocks = [
    ...groupBlocks(groups),
    context(footer),
    actions([...turn, button("status", "Look again", String(shown))]),
  ];
  const words = groups.flatMap(({ title, rows, more }) => [title, ...rows.map(({ text }) => text), ...more]);
  return message(blocks, stripMrkdwn([...(words.length > 0 ? words : [asUsual]), footer].join("\n")));
}

/** What needs attention, as blocks: with a page of temporary changes, or the first ones for the App Home. */
export function statusBlocks(status: WorkspaceStatus, accounts: VendorAccounts, page?: number): KnownBlock[] {
  return groupBlocks(groupsOf(status, accounts, page));
}

function groupBlocks(groups: readonly Group[]): KnownBlock[] {
  if (groups.length === 0) return [section(asUsual)];
  return groups.flatMap(({ title, rows, more }) => [
    section(title),
    ...rows.flatMap(({ text, buttons }) => [
      section(text),
      ...(buttons.length > 0 ? [actions(buttons)] : []),
    ]),
    ...more.map((text) => context(text)),
  ]);
}

const asUsual =
  ":white_check_mark: *All clear*: no temporary changes, no pending approvals, no unknown outcomes, every connection is healthy, and the last 1,000 changes left no number without an agent.";

function groupsOf(status: WorkspaceStatus, accounts: VendorAccounts, page: number | undefined): Group[] {
  const { ends, pending, detached, unknown, failing } = status;
  const from = (page ?? 0) * changesPerPage;
  const onPage = ends.slice(from, from + changesPerPage);
  const where = `${from + 1} to ${from + onPage.length} of ${ends.length}`;
  const moreEnds = page === undefined ? `${where}: \`/number status\` shows all.` : where;
  return [
    group(":raised_hand: *Waiting for approval*", pending, (one, index) => ({
      text: pendingText(one.approval, accounts.vendor(one.approval.asked.connection.vendor)),
      buttons: withdrawButtons(one, String(index)),
    })),
    ends.length === 0
      ? []
      : [
          {
            title: ":alarm_clock: *Temporary changes*",
            rows: onPage.map((end) => endRow(end, accounts)),
            more: onPage.length < ends.length ? [moreEnds] : [],
          },
        ],
    group(":warning: *Numbers without an agent*", detached, detachedRow),
    group(":grey_question: *Unknown outcomes*", unknown, (record) => ({
      text: changeLine(record, accounts, true),
      buttons: showButtons(record),
    })),
    group(":x: *Failing connections*", failing, (health) => ({
      text: healthText(health),
      buttons: [button("status:again", "Try again", health.connection.id)],
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

function endRow({ record, temporary }: ActiveExpiry, accounts: VendorAccounts): Row {
  const { requested } = record;
  const when = slackDate(temporary.endsAt, "{date_short_pretty} {time}");
  const due =
    temporary.state === "reverting" ? `It was due ${when} and is being reverted` : `Reverts ${when}`;
  const text = `${titleOf(record)}, changed by ${actorMention(requested.actor)} (${code(temporary.changeId)}). ${due}: ${backToText(record, accounts)}`;
  const steering = temporary.state === "reverting" ? [] : expiryButtons(temporary, "status");
  return { text, buttons: [...steering, ...showButtons(record)] };
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
  return key === undefined ? [] : [button("show", "Show", key)];
}

function keyOf({ requested: { number } }: ChangeRecord): string | undefined {
  return number && numberValue.encode(number);
}

function titleOf({ requested: { number, connection } }: ChangeRecord): string {
  return `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
}
