import type { KnownBlock } from "@slack/types";
import type { ChangeRecord } from "../../domain/audit-log.ts";
import { leftBy, problemOf } from "../../domain/change-record.ts";
import type { NumberKey } from "../../domain/phone-number.ts";
import type { VendorAccounts } from "../../domain/vendor.ts";
import type { HistoryPage } from "../../operations/history/number-history.ts";
import {
  actions,
  button,
  escape,
  message,
  section,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { restoreButtons, restoredText } from "../block-kit/restore-buttons.ts";
import {
  actorMention,
  stripMrkdwn,
  besideLines,
  fromToText,
  numberTitle,
  passedText,
} from "../block-kit/format.ts";
import { numberKeyText, numberValue } from "../block-kit/key-values.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { z } from "zod";

export const historyLimit = 8;

/** Whose history, and the entry before which its older changes begin, as the value of a button. */
export const historyPageValue = buttonValue(
  json(z.object({ key: numberKeyText.optional(), before: z.number().int() })),
);

/** What happened, newest first, a paragraph a change, with a button for the next page. */
export function historyMessage(
  { changes, next, called }: HistoryPage,
  {
    number,
    accounts,
    older = false,
  }: { readonly number: NumberKey | undefined; readonly accounts: VendorAccounts; readonly older?: boolean },
): Message {
  const first = changes[0]?.requested;
  const of = number ? numberTitle({ ...first?.number, ...called }) : "all numbers";
  const title =
    changes.length === 0
      ? older
        ? "Nothing older."
        : "No changes yet."
      : `History of ${of}${older ? ", older" : ""}`;
  const lines = changes.map((change) => changeLine(change, accounts, number === undefined));
  const buttons = [
    ...(number ? [button("show", "Show", numberValue.encode(number))] : []),
    ...(next === undefined
      ? []
      : [button("history:older", "Older", historyPageValue.encode({ key: number, before: next }))]),
  ];
  return message(
    [
      section(title),
      ...changes.flatMap((change, at): KnownBlock[] => {
        const offered = restoreButtons(change, number !== undefined);
        const line = sections((lines[at] ?? "").split("\n"));
        return offered.length > 0 ? [...line, actions(offered)] : line;
      }),
      ...(buttons.length > 0 ? [actions(buttons)] : []),
    ],
    stripMrkdwn([title, ...lines].join("\n")),
  );
}

/** What a vendor is where nothing is known of it. */
const noVendor = { capabilities: { name: { maxLength: 0, clearable: false }, fields: [] } };

/** One change as a paragraph: how it ended, who, what, why, when, and its id. */
export function changeLine(
  { requested, outcome }: ChangeRecord,
  accounts: VendorAccounts,
  withNumber: boolean,
): string {
  const { connection, number, before = {}, labels = {}, change = "change" } = requested;
  const left = leftBy({ requested, outcome });
  const vendor = connection && accounts.vendor(connection.vendor);
  const mark = outcomeMark({ requested, outcome });
  const about = withNumber
    ? ` ${numberTitle(number ?? {})}${connection ? ` at ${escape(connection.name)}` : ""}`
    : "";
  const fromTo =
    Object.keys(left).length > 0
      ? `\n${fromToText(before, left, vendor ?? noVendor, labels, { withIds: true })}`
      : "";
  const beside = vendor ? besideLines([before, left, outcome?.after ?? {}], vendor, labels) : [];
  const problem = problemOf({ requested, outcome });
  const why = requested.reason ? `\nWhy: ${escape(requested.reason)}` : "";
  const trouble = problem ? `\n${escape(problem.message)}` : "";
  const restored = restoredText(requested.details);
  const id = `\n${slackDate(requested.at)}${requested.changeId ? ` · \`${requested.changeId}\`` : ""}`;
  return `${mark} ${actorMention(requested.actor)}${passedText(requested.details)}: ${change}${about}${restored ? `. ${restored}` : ""}${[fromTo, ...beside].join("\n")}${trouble}${why}${id}`;
}

function outcomeMark({ requested, outcome }: ChangeRecord): string {
  if (requested.kind === "change.refused") return ":no_entry: refused,";
  switch (outcome?.outcome) {
    case "applied":
      return ":white_check_mark: applied,";
    case "refused":
      return ":x: refused,";
    case "unknown":
      return ":grey_question: unknown,";
    case undefined:
      return ":hourglass_flowing_sand: under way,";
  }
}
