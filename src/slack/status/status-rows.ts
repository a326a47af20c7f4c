import type { Button } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { FirstCallProof } from "../../domain/changes/first-call.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { ActiveExpiry } from "../../operations/history/active-expiries.ts";
import type { FirstCalls } from "../../operations/history/first-calls.ts";
import type { WorkspaceStatus } from "../../operations/workspace/workspace-status.ts";
import { button, code, escape, slackDate } from "../block-kit/blocks.ts";
import { expiryButtons } from "../block-kit/expiry-buttons.ts";
import { firstCallLine } from "../block-kit/first-call-text.ts";
import { actorMention } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { backToText } from "../expiry/expiry-message.ts";

/** The number of temporary changes on a page. */
const changesPerPage = 6;

/** Something that needs attention, and its buttons. */
export interface Row {
  readonly text: string;
  readonly buttons: readonly Button[];
  /** What only shows something. */
  readonly more?: readonly Button[];
  readonly changeId?: string | undefined;
}

/** What needs attention for one reason: the rows that are shown, and how many more there are. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly more: readonly string[];
}

/** The temporary changes on a page. A page that is no longer there is the last one. */
export function temporaryOn(status: WorkspaceStatus, page: number): readonly ActiveExpiry[] {
  const from = Math.min(page, pagesOf(status) - 1) * changesPerPage;
  return status.expiries.slice(from, from + changesPerPage);
}

export function pagesOf({ expiries }: WorkspaceStatus): number {
  return Math.max(1, Math.ceil(expiries.length / changesPerPage));
}

export function temporaryGroups(
  status: WorkspaceStatus,
  accounts: VendorAccounts,
  firstCalls: FirstCalls,
  page?: number,
): Group[] {
  const { expiries } = status;
  if (expiries.length === 0) return [];
  const from = (page ?? 0) * changesPerPage;
  const onPage = temporaryOn(status, page ?? 0);
  const where = `${from + 1}–${from + onPage.length} of ${expiries.length}`;
  const more = page === undefined ? `${where}: \`/number status\` shows all.` : where;
  return [
    {
      title: ":alarm_clock: *Temporary changes*",
      rows: onPage.map((end) => endRow(end, accounts, firstCalls.get(end.temporary.changeId))),
      more: onPage.length < expiries.length ? [more] : [],
    },
  ];
}

function endRow(
  { record, temporary }: ActiveExpiry,
  accounts: VendorAccounts,
  firstCall: FirstCallProof = {},
): Row {
  const { requested } = record;
  const when = slackDate(temporary.endsAt, "{date_short_pretty} {time}");
  const due =
    temporary.state === "reverting" ? `It was due ${when} and is being reverted` : `Reverts ${when}`;
  const text = `${titleOf(record)}, changed by ${actorMention(requested.actor)} (${code(temporary.changeId)}). ${due}: ${backToText(record, accounts)}`;
  const proof = firstCallLine(firstCall, requested.labels ?? {});
  const decisionButtons = temporary.state === "reverting" ? [] : expiryButtons(temporary, "status");
  return {
    text: proof === "" ? text : `${text}\n${proof}`,
    buttons: decisionButtons,
    more: showButtons(record),
    changeId: temporary.changeId,
  };
}

export function showButtons(record: ChangeRecord): Button[] {
  const key = keyOf(record);
  return key === undefined ? [] : [button("show", "Show", key), button("history", "History", key)];
}

export function keyOf({ requested: { number } }: ChangeRecord): string | undefined {
  return number && numberValue.encode(number);
}

export function titleOf({ requested: { number, connection } }: ChangeRecord): string {
  return `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
}
