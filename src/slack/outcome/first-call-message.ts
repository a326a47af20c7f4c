import type { ContextBlock, KnownBlock } from "@slack/types";
import { canBeUndone } from "../../domain/changes/change-record.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { FirstCallNotice } from "../../domain/changes/first-call-notice.ts";
import { button, code, context, escape, message, sections, type Message } from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { firstCallLine } from "../block-kit/first-call-text.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { undoButton } from "../block-kit/restore-buttons.ts";

const blockId = "first_call";

/** What is known about the first calls after a change, as a line for the message about the change. */
export function firstCallText({ record, proof, ended }: FirstCallNotice, vendor: Vendor): string {
  const lines = [firstCallLine(proof, record.requested.labels ?? {})].filter(Boolean);
  if (ended?.why === "no_call")
    lines.push(`No call in 15 min, as far as ${vendor.title}'s log of calls shows.`);
  if (ended?.why === "unread")
    lines.push(
      `Patchbay does not know who answers calls: within 15 min, ${vendor.title}'s log of calls could not be read to its end. Call the number to be sure.`,
    );
  if (ended?.why === "denied")
    lines.push(
      `Patchbay cannot see who answers calls: ${escape(ended.words)} An admin can let the key read calls, or turn this off in \`/number settings\`.`,
    );
  return lines.join(" ");
}

/** The message about a change with that line, in place of an earlier one. */
export function withFirstCall({ text: shown, blocks: drawn }: Message, line: string): Message {
  const earlier = drawn.find((block) => block.block_id === blockId);
  const said = earlier?.type === "context" ? textOf(earlier) : undefined;
  const text = said === undefined ? shown : shown.replace(`\n${stripMrkdwn(said)}`, "");
  const others = drawn.filter((block) => block !== earlier);
  const place = others.findIndex(({ type }) => type === "actions");
  const block: KnownBlock = { ...context(line), block_id: blockId };
  const blocks = place < 0 ? [...others, block] : others.toSpliced(place, 0, block);
  return message(blocks, `${text}\n${stripMrkdwn(line)}`);
}

function textOf({ elements }: ContextBlock): string {
  const [first] = elements;
  return first && "text" in first && typeof first.text === "string" ? first.text : "";
}

/** The message of its own for what nobody may miss. It undoes nothing by itself. */
export function loudMessage(notice: FirstCallNotice, vendor: Vendor): Message {
  const { number, changeId = "", connection, details } = notice.record.requested;
  const title = `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
  const run = details?.["run"];
  const lines = [
    `${title}: ${firstCallText(notice, vendor)}`,
    ...(run === undefined
      ? []
      : ["It was switched in a run. Further numbers of it are not reported one by one."]),
  ];
  const footer = `From ${vendor.title}'s log of calls · change ${code(changeId)} · Patchbay changed nothing`;
  const key = number && numberValue.encode(number);
  const undo = canBeUndone(notice.record) ? [undoButton(changeId)] : [];
  const buttons = key
    ? [buttonRow(undo, [button("show", "Show", key), button("history", "History", key)], { changeId })]
    : [];
  return message(
    [...sections(lines), context(footer), ...buttons],
    stripMrkdwn([...lines, footer].join("\n")),
  );
}
