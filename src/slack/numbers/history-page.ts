import type { KnownBlock } from "@slack/types";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { firstCallsOf, type FirstCalls } from "../../operations/history/first-calls.ts";
import { numberHistory, type HistoryPage } from "../../operations/history/number-history.ts";
import { actions, button, message, section, sections, type Message } from "../block-kit/blocks.ts";
import { restoreButtons } from "../block-kit/restore-buttons.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { changeLine } from "./change-line.ts";
import { numberKeyText, numberValue } from "../block-kit/key-values.ts";
import type { RequestContext } from "../context/request-context.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { z } from "zod";
import { numberTitle } from "../block-kit/number-title.ts";

const historyLimit = 8;

/** Whose history, and the entry before which its older changes begin, as the value of a button. */
export const historyPageValue = buttonValue(
  json(z.object({ key: numberKeyText.optional(), before: z.number().int() })),
);

/** What a page of history needs besides its changes. */
interface HistoryFrame {
  readonly number: NumberKey | undefined;
  readonly accounts: VendorAccounts;
  readonly firstCalls: FirstCalls;
  readonly older?: boolean;
}

/** Reads a page of history, of one number or of all. Without `beforeSequence` it is the newest one. */
export async function loadHistory(
  req: RequestContext,
  number: NumberKey | undefined,
  beforeSequence?: number,
): Promise<Message> {
  const page = await numberHistory(req.ctx, { number, beforeSequence, limit: historyLimit });
  const firstCalls = await firstCallsOf(req.ctx, page.changes);
  const older = beforeSequence !== undefined;
  return historyMessage(page, { number, accounts: req.deps.accounts, firstCalls, older });
}

/** A page of history, newest first, a paragraph for each change, with a button for the next page. */
function historyMessage(
  { changes, next, called }: HistoryPage,
  { number, accounts, firstCalls, older = false }: HistoryFrame,
): Message {
  const first = changes[0]?.requested;
  const of = number ? numberTitle({ ...first?.number, ...called }) : "all numbers";
  const title =
    changes.length === 0
      ? older
        ? "Nothing older."
        : "No changes yet."
      : `History of ${of}${older ? ", older" : ""}`;
  const lines = changes.map((change) =>
    changeLine(change, accounts, number === undefined, firstCalls.get(change.requested.changeId)),
  );
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
