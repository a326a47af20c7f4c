import { normalizeName } from "../../domain/text/normalize-name.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { deadline, type Context } from "../shared/context.ts";
import { nearest } from "../shared/nearest.ts";
import { parseNumberQuery, type NumberQuery } from "../shared/number-query.ts";
import { connectedLists, type ConnectedList } from "./connected-lists.ts";
import { cooperativeSort } from "./cooperative-sort.ts";
import {
  listed,
  minute,
  readLive,
  unanswered,
  unreadable,
  type ListedNumber,
  type NotSeen,
} from "./listed-number.ts";
import { isExact } from "./live-numbers.ts";
import { numberById } from "./number-by-id.ts";
import { inListOrder, indexLabel } from "./number-index.ts";
import { namedBy, nearestDigits, type Found } from "./number-match.ts";

/**
 * How long people wait for a number that they entered, in milliseconds. Their form is open, and stays empty without the
 * list.
 */
const namedMs = 8_000;

/** The result of searching a number by a text. */
export type NumberMatch =
  | { readonly kind: "one"; readonly number: ListedNumber }
  | { readonly kind: "several"; readonly numbers: readonly ListedNumber[] }
  | { readonly kind: "none"; readonly nearest: readonly ListedNumber[] };

/**
 * Finds the number that a text names: E.164, vendor id or name exactly, or the last four or more digits. It never
 * guesses: similar numbers are only offered. If a list is unavailable, it reads an exact id or a whole number from the
 * vendor.
 */
export async function matchNumber(ctx: Context, text: string): Promise<NumberMatch & NotSeen> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  const query = parseNumberQuery(text);
  if (!isExact(query)) return matchInLists(ctx, query, namedMs);
  const match = await matchInLists(ctx, query, ctx.patientMs);
  const isLoading = match.unanswered.some(({ asOf, problem }) => !asOf && problem.details.loading);
  return match.kind === "none" && isLoading
    ? matchInLists(ctx, query, Math.max(0, namedMs - ctx.patientMs))
    : match;
}

async function matchInLists(
  ctx: Context,
  query: NumberQuery,
  waitMs: number,
): Promise<NumberMatch & NotSeen> {
  const lists = await connectedLists(ctx, { waitMs, maxAgeMs: minute });
  // A copy that is less than a minute old counts as current, even if its refresh failed.
  const silent = lists.filter(({ ageMs }) => ageMs > minute).flatMap(unanswered);
  const show = (found: readonly Found[]): ListedNumber[] =>
    found.map(({ list, number }) => listed(list, number));
  const named = atNamedConnection(await namedBy(lists, query), query);
  const matches = await cooperativeSort(named, (a, b) => inListOrder(a.number, b.number));
  const [only] = show(matches);
  // A connection that failed may have another number with that name or those last digits.
  const certain = silent.length === 0 || query.whole || only?.number.id === query.text;
  const notSeen: NotSeen = { unanswered: silent, unreadable: lists.flatMap(unreadable) };
  if (only && matches.length === 1 && certain) return { kind: "one", number: only, ...notSeen };
  if (only) return { kind: "several", numbers: show(matches), ...notSeen };
  const live = query.digits ? await readLive(ctx, query, silent, deadline("form")) : [];
  const numbers = live.length > 0 ? live : await listedById(ctx, query.text, lists);
  const [one] = numbers;
  if (one && numbers.length === 1) return { kind: "one", number: one, ...notSeen };
  if (one) return { kind: "several", numbers, ...notSeen };
  const near = query.digits
    ? await nearestDigits(allOf(lists), query, 5)
    : await nearest(query.text, allOf(lists), ({ number }) => indexLabel(number), 5);
  return { kind: "none", nearest: show(near), ...notSeen };
}

async function listedById(
  ctx: Context,
  id: string,
  lists: readonly ConnectedList[],
): Promise<readonly ListedNumber[]> {
  const found = await numberById(ctx, id, lists);
  return found.map(({ connection, number }) =>
    listed({ connection, labels: {}, at: undefined, ageMs: 0 }, number),
  );
}

function* allOf(lists: readonly ConnectedList[]): Generator<Found> {
  for (const list of lists) for (const number of list.index.numbers) yield { list, number };
}

/** Of several numbers that match a title, those at the connection that the title names, if any. */
function atNamedConnection(found: readonly Found[], { title }: NumberQuery): readonly Found[] {
  if (found.length < 2 || !title?.rest) return found;
  const rest = normalizeName(title.rest);
  const there = found.filter(({ list }) => rest.startsWith(normalizeName(list.connection.name)));
  return there.length > 0 ? there : found;
}
