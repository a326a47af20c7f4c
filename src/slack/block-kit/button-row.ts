import type { ActionsBlock, ActionsBlockElement, Button, KnownBlock, Overflow } from "@slack/types";
import { actions, button, limits, plainText } from "./blocks.ts";

/** A row shows this many buttons at most; the rest goes into an overflow menu. */
const mostButtons = 3;
const mostOptions = 5;

/** The action_id of the overflow menu of a row. */
const overflowId = "more";

/**
 * Where a value that is too long for an option is read from: a change in the audit log, or a text that is kept for the
 * person who sees the menu.
 */
export type ValueSource = { readonly changeId: string } | { readonly token: string };

/** A pressed button of an overflow menu: its action_id, and its value or where that is read from. */
export interface PressedOption {
  readonly actionId: string;
  readonly value: string | ValueSource;
}

const marks = { value: " ", change: "#", token: ">" } as const;

/**
 * A row of buttons. Those in `more` go into an overflow menu unless all fit into the row. Throws a RangeError for more
 * than a menu takes, for a value that is too long and has no source, and for a button in the menu that asks first.
 */
export function buttonRow(
  buttons: readonly Button[],
  more: readonly Button[] = [],
  source?: ValueSource,
): ActionsBlock {
  const all = [...buttons, ...more];
  if (all.length <= mostButtons) return actions(all);
  // A menu of one entry would hide a button for nothing, and Slack once refused it.
  const shown = Math.min(buttons.length, mostButtons, all.length - 2);
  return actions([...all.slice(0, shown), overflow(all.slice(shown), source)]);
}

/** Whether a value fits into an option of an overflow menu. */
export function fitsOption(actionId: string, value: string): boolean {
  return optionText(actionId, marks.value, value).length <= limits.optionValue;
}

/** Reads the value of an option back; undefined for anything else. */
export function readOption(text: string): PressedOption | undefined {
  const [, actionId, mark, rest] = /^([^ #>]+)([ #>])(.*)$/su.exec(text) ?? [];
  if (actionId === undefined || rest === undefined) return undefined;
  if (mark === marks.change) return { actionId, value: { changeId: rest } };
  if (mark === marks.token) return { actionId, value: { token: rest } };
  return { actionId, value: rest };
}

/** A row without some of its buttons, also in its menu; nothing for a row that is left empty. */
export function rowWithout(row: ActionsBlock, isOver: (actionId: string) => boolean): KnownBlock[] {
  const left = row.elements.flatMap((element): ActionsBlockElement[] => {
    if (element.type !== "overflow") return isOver(element.action_id ?? "") ? [] : [element];
    const options = element.options.filter(({ value = "" }) => !isOver(readOption(value)?.actionId ?? ""));
    return options.length === 0 ? [] : [{ ...element, options }];
  });
  return left.length === 0 ? [] : [{ ...row, elements: unfolded(left) }];
}

/** A menu becomes buttons where there is room for them and their values are in it. */
function unfolded(elements: ActionsBlockElement[]): ActionsBlockElement[] {
  const open = elements.flatMap((element) =>
    element.type === "overflow" ? element.options.map(asButton) : [element],
  );
  const buttons = open.filter((element) => element !== undefined);
  return buttons.length === open.length && open.length <= mostButtons ? buttons : elements;
}

function asButton({ text, value = "" }: Overflow["options"][number]): Button | undefined {
  const pressed = readOption(value);
  if (typeof pressed?.value !== "string") return undefined;
  return button(pressed.actionId, text.text, pressed.value);
}

function overflow(buttons: readonly Button[], source: ValueSource | undefined): Overflow {
  if (buttons.length > mostOptions)
    throw new RangeError(`An overflow menu takes no more than ${mostOptions} entries.`);
  const options = buttons.map(({ action_id = "", text, value = "", confirm }) => {
    if (confirm) throw new RangeError(`${action_id} asks first, which an entry of a menu cannot do.`);
    return { text: plainText(text.text), value: optionValue(action_id, value, source) };
  });
  return { type: "overflow", action_id: overflowId, options };
}

function optionValue(actionId: string, value: string, source: ValueSource | undefined): string {
  if (fitsOption(actionId, value)) return optionText(actionId, marks.value, value);
  if (source === undefined) throw new RangeError(`The value of ${actionId} does not fit into a menu.`);
  return "changeId" in source
    ? optionText(actionId, marks.change, source.changeId)
    : optionText(actionId, marks.token, source.token);
}

function optionText(actionId: string, mark: string, rest: string): string {
  return `${actionId}${mark}${rest}`;
}
