import type { KnownBlock, PlainTextOption } from "@slack/types";
import { expiresAt, type Expiry } from "../../domain/changes/expiry.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { escape, plainText, section, slackDate } from "../block-kit/blocks.ts";
import type { InputValue } from "./input-values.ts";
import { option, type FormValues } from "./inputs.ts";

/** The block_ids of the inputs for the expiry; their action_ids are the same. */
export const endsBlockId = "ends";
const momentBlockId = "ends_at";

const minute = 60_000;
const offeredMs = [30, 60, 120, 240, 480].map((minutes) => minutes * minute);
const noExpiry = { value: "none", label: "Never" };
const chosenTime = { value: "choose", label: "At a time you choose…" };

/** An expiry as the value of an option, with its label. */
export function endValue(end: Expiry, words?: string): { readonly value: string; readonly label: string } {
  if (end.kind === "after") return { value: `for:${end.ms}`, label: words ?? `In ${formatDuration(end.ms)}` };
  const iso = end.at.toISOString();
  return { value: `at:${iso}`, label: words ?? `At ${iso.slice(0, 16).replace("T", " ")} UTC` };
}

/**
 * The input for the expiry, with its meaning as of `now`. It shows *no expiry* unless `values` has another value. If
 * the value is empty, the person has to choose one before submitting.
 */
export function expiryInputs(values: FormValues, now: string): KnownBlock[] {
  const { [endsBlockId]: held = noExpiry } = values;
  const offered = [noExpiry, ...offeredMs.map((ms) => endValue({ kind: "after", ms })), chosenTime];
  const isOther = held.value !== undefined && offered.every(({ value }) => value !== held.value);
  const all = isOther ? [{ value: held.value, label: held.label ?? held.value }, ...offered] : offered;
  const options = all.flatMap(({ value, label }): PlainTextOption[] => {
    const made = option(label, value);
    return made ? [made] : [];
  });
  const initial = options.find(({ value }) => value === held.value);
  return [
    {
      type: "input",
      block_id: endsBlockId,
      label: plainText("Revert automatically"),
      dispatch_action: true,
      element: {
        type: "static_select",
        action_id: endsBlockId,
        options,
        placeholder: plainText("When it reverts"),
        ...(initial ? { initial_option: initial } : {}),
      },
    },
    ...(held.value === chosenTime.value ? [momentInput()] : []),
    ...endWords(held, values, now),
  ];
}

/** What the inputs for the expiry hold, for the same input of another form. */
export function draftEnd(
  values: FormValues,
  now: Date,
): { readonly value: string; readonly label: string } | undefined {
  const { value, label = value } = values[endsBlockId] ?? {};
  if (value === undefined || label === undefined) return undefined;
  const read = readExpiry(values, now, undefined);
  const isMoment = value === chosenTime.value && "ends" in read && read.ends !== undefined;
  return isMoment ? endValue(read.ends) : { value, label };
}

/** The expiry according to the inputs, or the errors by block_id. Undefined for a permanent change. */
export function readExpiry(
  values: FormValues,
  now: Date,
  shortestMs: number | undefined,
): { readonly ends: Expiry | undefined } | { readonly errors: Readonly<Record<string, string>> } {
  const held = values[endsBlockId]?.value ?? noExpiry.value;
  if (held === noExpiry.value) return { ends: undefined };
  const ends = endOfValue(held, values);
  const blockId = held === chosenTime.value ? momentBlockId : endsBlockId;
  if (!ends) return { errors: { [blockId]: "Choose when the change reverts." } };
  try {
    expiresAt(ends, now, shortestMs);
    return { ends };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { errors: { [blockId]: error.message } };
  }
}

function endOfValue(held: string, values: FormValues): Expiry | undefined {
  if (held.startsWith("for:")) return { kind: "after", ms: Number(held.slice("for:".length)) };
  const seconds = values[momentBlockId]?.value;
  if (held.startsWith("at:")) return { kind: "at", at: new Date(held.slice("at:".length)) };
  return seconds === undefined ? undefined : { kind: "at", at: new Date(Number(seconds) * 1000) };
}

function momentInput(): KnownBlock {
  return {
    type: "input",
    block_id: momentBlockId,
    label: plainText("Revert at"),
    dispatch_action: true,
    element: { type: "datetimepicker", action_id: momentBlockId },
  };
}

function endWords({ value, label }: Partial<InputValue>, values: FormValues, now: string): KnownBlock[] {
  if (value === undefined || value === noExpiry.value) return [];
  const end = endOfValue(value, values);
  if (!end) return [];
  const at = end.kind === "at" ? end.at : new Date(Date.parse(now) + end.ms);
  if (Number.isNaN(at.getTime())) return [];
  const typed = value.startsWith("at:") && label ? `${escape(label)}, ` : "";
  const span = end.kind === "after" ? "about " : typed;
  return [
    section(
      `*Reverts* ${span}${slackDate(at, "{date_short_pretty} {time}")}, unless someone changes the number first.`,
    ),
  ];
}
