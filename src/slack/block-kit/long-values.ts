import { looksSame } from "../../domain/text/look-alikes.ts";
import { bold, cut, escape } from "./blocks.ts";

/** Longer values are shortened, in characters. */
const shortLength = 200;
/** How much to show around the first difference of two long values, in characters. */
const beforeDifference = 20;
const afterDifference = 150;

/** Whether a value is too long to show within a line. */
export function isLong(value: string | null | undefined): boolean {
  return typeof value === "string" && Array.from(value).length > shortLength;
}

/**
 * Two values of a field in mrkdwn, so that different ones never look the same. Long values start at their first
 * difference; invisible differences are spelled out.
 */
export function shownDifferently(
  from: string | null | undefined,
  to: string | null | undefined,
): { readonly from: string; readonly to: string } {
  const long = isLong(from) || isLong(to);
  const start = long ? differsAt(from ?? "", to ?? "") - beforeDifference : 0;
  const [shownFrom, shownTo] = [part(from, start), part(to, start)];
  const isOther = from !== to && typeof from === "string" && typeof to === "string";
  if (!isOther || !(long ? looksSame(shownFrom, shownTo) : looksSame(from, to)))
    return { from: shownFrom, to: shownTo };
  const how = shownFrom === shownTo ? "cannot be seen" : "look the same";
  return { from: shownFrom, to: `${shownTo} _(differs in characters that ${how})_` };
}

/** A complete value in mrkdwn, as paragraphs that each fit into a section. */
export function paragraphs(value: string): string[] {
  const points = Array.from(value);
  const all: string[] = [];
  // Escaping turns one character into at most five.
  for (let at = 0; at < points.length; at += 500)
    all.push(`> ${escape(points.slice(at, at + 500).join(""))}`);
  return all;
}

function part(value: string | null | undefined, start: number): string {
  if (value === undefined) return "_not said_";
  if (value === null) return "_empty_";
  const points = Array.from(value);
  if (start <= 0) return bold(cut(value, shortLength));
  const shown = cut(points.slice(start).join(""), beforeDifference + afterDifference);
  return `${bold(`…${shown}`)} (${points.length} characters)`;
}

/** The index of the first different character, or the end if one value starts with the other. */
function differsAt(from: string, to: string): number {
  const [one, other] = [Array.from(from), Array.from(to)];
  const at = one.findIndex((point, index) => point !== other[index]);
  return at === -1 ? one.length : at;
}
