import { normalizeName } from "../../domain/normalize-name.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { ConnectedNumber, PhoneNumber } from "../../domain/phone-number.ts";
import type { Connection } from "../../domain/connections.ts";
import { batchSize, forEachInBatches, yieldToEventLoop } from "../../domain/event-loop.ts";
import { connectedLists, type ConnectedList, type WaitOptions } from "./connected-lists.ts";
import { deadline, type Context } from "../shared/context.ts";
import { isExact, liveNumbers } from "./live-numbers.ts";
import { nearest } from "../shared/nearest.ts";
import { inListOrder, indexLabel } from "./number-index.ts";
import { numberById } from "./number-by-id.ts";
import { namedBy, nearestDigits, type Found } from "./number-match.ts";
import { parseNumberQuery, type NumberQuery } from "../shared/number-query.ts";
import { filterWords, type FilterWord } from "./filter-words.ts";
import type { Unanswered } from "./unread-lists.ts";
import { stateWords, type StateWord } from "./state-filters.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { search, type RelatedMatches } from "./search-index.ts";
import { cooperativeSort } from "./cooperative-sort.ts";

/** How long anybody waits for a slow vendor, in milliseconds, before they get what is kept, or the rest. */
const patientMs = 2_500;
/** The same for somebody who has named a number: their form is open already, and a missing list leaves them without it. */
const namedMs = 8_000;
/** How old the list may be that somebody reads without its age being said, in milliseconds. */
const minute = 60_000;

/** What part of a list is wanted, and how long it is waited for. Times are in milliseconds. */
export interface ListOptions extends Partial<WaitOptions> {
  /** How many are passed over; none unless given. */
  readonly offset?: number;
  /** At most so many; all unless given. */
  readonly most?: number;
  /** Whether `total` may be less than there are, which is quicker. */
  readonly uncounted?: boolean;
}

/** A number in a list, with its connection and the name of its agent where one is known. */
export interface ListedNumber extends ConnectedNumber {
  readonly connection: Connection;
  readonly agentName: string | undefined;
  /** Names for the ids of the connection's agents, so that those that share one can be told apart. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was read, where that is more than a minute ago. */
  readonly asOf?: Date | undefined;
}

/** The numbers that a text lets through, and which connections did not answer. */
export interface NumberList {
  /** Those that were wanted. */
  readonly numbers: readonly ListedNumber[];
  /** How many there are. */
  readonly total: number;
  readonly connections: readonly Connection[];
  /** When the oldest list of those that did answer was read, where that is more than a minute ago. */
  readonly asOf: Date | undefined;
  readonly unanswered: readonly Unanswered[];
  /** How many numbers of which connections could not be read, each alone, and so are missing. */
  readonly unreadable: readonly { readonly connection: Connection; readonly count: number }[];
}

/** What a text that names a number led to. */
export type NumberMatch =
  | { readonly kind: "one"; readonly number: ListedNumber }
  | { readonly kind: "several"; readonly numbers: readonly ListedNumber[] }
  | { readonly kind: "none"; readonly nearest: readonly ListedNumber[] };

/**
 * The numbers of all connections from the copies of their lists, those of which each word of the text is found in what
 * lists print of them, or in an id; what is called so itself comes first. A connection that fails, or takes longer than `waitMs`, is named in
 * `unanswered` and costs only its own numbers; what was last known of them is shown with its age.
 */
export async function findNumbers(ctx: Context, text = "", wanted: ListOptions = {}): Promise<NumberList> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  const { waitMs: patience = patientMs, maxAgeMs = minute, most = Number.POSITIVE_INFINITY } = wanted;
  const query = parseNumberQuery(text);
  // What can be asked for live leaves half of the time for that.
  const waitMs = isExact(query) ? patience / 2 : patience;
  const lists = await connectedLists(ctx, { waitMs, maxAgeMs, among: wanted.among });
  const words = filterWords(text);
  const states = await stateWords(ctx, words);
  const enough = wanted.uncounted ? (wanted.offset ?? 0) + most : undefined;
  const hits = await Promise.all(
    lists.map(async (list) => ({
      list,
      ...(await search(list.index, words, await beside(list, words, states), enough)),
    })),
  );
  const total = hits.reduce((sum, { own, other }) => sum + own.length + other.length, 0);
  // A list that has become shorter meanwhile shows its last part.
  const from = Math.min(wanted.offset ?? 0, total > 0 ? Math.floor((total - 1) / most) * most || 0 : 0);
  const own = await inOrder(
    hits.map(({ list, own: at }) => ({ list, at })),
    from,
    most,
  );
  const before = hits.reduce((sum, hit) => sum + hit.own.length, 0);
  const rest = await inOrder(
    hits.map(({ list, other: at }) => ({ list, at })),
    Math.max(0, from - before),
    most - own.length,
  );
  const missing = lists.flatMap(unanswered);
  const live =
    total === 0 && missing.length > 0 ? await asked(ctx, query, missing, AbortSignal.timeout(waitMs)) : [];
  return {
    numbers: [...[...own, ...rest].map(({ list, number }) => listed(list, number)), ...live],
    total: total + live.length,
    connections: lists.map(({ connection }) => connection),
    asOf: oldest(lists),
    unanswered: missing,
    unreadable: lists.flatMap(unreadable),
  };
}

/**
 * Finds the number that a text names: E.164, vendor id or name exactly, or the last four or more digits. It never
 * guesses: what is merely near is only offered. While a list is not to be had, an exact id or a whole number is asked for at
 * its vendor.
 */
export async function matchNumber(ctx: Context, text: string): Promise<NumberMatch & NotSeen> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  const query = parseNumberQuery(text);
  if (!isExact(query)) return matchInLists(ctx, query, namedMs);
  const match = await matchInLists(ctx, query, patientMs);
  const isLoading = match.unanswered.some(({ asOf, problem }) => !asOf && problem.details.loading);
  return match.kind === "none" && isLoading ? matchInLists(ctx, query, namedMs - patientMs) : match;
}

async function matchInLists(
  ctx: Context,
  query: NumberQuery,
  waitMs: number,
): Promise<NumberMatch & NotSeen> {
  const lists = await connectedLists(ctx, { waitMs, maxAgeMs: minute });
  // What was read within the minute is as good as what is served without asking, though reading it anew has failed.
  const silent = lists.filter(({ ageMs }) => ageMs > minute).flatMap(unanswered);
  const show = (found: readonly Found[]): ListedNumber[] =>
    found.map(({ list, number }) => listed(list, number));
  const named = atNamedConnection(await namedBy(lists, query), query);
  const matches = await cooperativeSort(named, (a, b) => inListOrder(a.number, b.number));
  const [only] = show(matches);
  // A connection that did not answer may hold another number of that name, or that ends like this one.
  const certain = silent.length === 0 || query.whole || only?.number.id === query.text;
  const notSeen: NotSeen = { unanswered: silent, unreadable: lists.flatMap(unreadable) };
  if (only && matches.length === 1 && certain) return { kind: "one", number: only, ...notSeen };
  if (only) return { kind: "several", numbers: show(matches), ...notSeen };
  const numbers = query.digits ? await asked(ctx, query, silent, deadline("form")) : [];
  const [one] = numbers;
  if (one && numbers.length === 1) return { kind: "one", number: one, ...notSeen };
  if (one) return { kind: "several", numbers, ...notSeen };
  const byId = await numberById(ctx, query.text, lists);
  if (byId) {
    const { connection, number } = byId;
    const seen = listed({ connection, labels: {}, at: undefined, ageMs: 0 }, number);
    return { kind: "one", number: seen, ...notSeen };
  }
  const near = query.digits
    ? await nearestDigits(allOf(lists), query, 5)
    : await nearest(query.text, allOf(lists), ({ number }) => indexLabel(number), 5);
  return { kind: "none", nearest: show(near), ...notSeen };
}

/** What a search could not see: a number of that name may be among it. */
export type NotSeen = Pick<NumberList, "unanswered" | "unreadable">;
/** What an exact id or a whole number names at connections that did not answer with their lists. */
async function asked(
  ctx: Context,
  query: NumberQuery,
  silent: readonly Unanswered[],
  signal: AbortSignal,
): Promise<readonly ListedNumber[]> {
  const live = await liveNumbers(
    ctx,
    query,
    silent.map(({ connection }) => connection),
    signal,
  );
  return live.map(({ connection, number }) =>
    listed({ connection, labels: {}, at: undefined, ageMs: 0 }, number),
  );
}

function* allOf(lists: readonly ConnectedList[]): Generator<Found> {
  for (const list of lists) for (const number of list.index.numbers) yield { list, number };
}

/** A part of what was found in several lists, as of one list in order. */
async function inOrder(
  among: readonly { readonly list: ConnectedList; readonly at: readonly number[] }[],
  from: number,
  most: number,
): Promise<Found[]> {
  const heads = among.map(({ list, at }) => ({ list, at, next: 0 }));
  const found: Found[] = [];
  for (let passed = 0; found.length < most; passed += 1) {
    if (passed % batchSize === batchSize - 1) await yieldToEventLoop();
    let first: (typeof heads)[number] | undefined;
    let number: PhoneNumber | undefined;
    for (const head of heads) {
      const one = head.list.index.numbers[head.at[head.next] ?? -1];
      if (!one || (number && inListOrder(number, one) <= 0)) continue;
      first = head;
      number = one;
    }
    if (!first || !number) break;
    first.next += 1;
    if (passed >= from) found.push({ list: first.list, number });
  }
  return found;
}

/** What of a list's numbers each word is found in beside the numbers themselves. */
async function beside(
  { connection, labels }: ConnectedList,
  words: readonly FilterWord[],
  states: readonly StateWord[],
): Promise<RelatedMatches[]> {
  const there = [connection.name, connection.vendor].map(normalizeName);
  const found = words.map(({ key, digits }, at): RelatedMatches & { readonly agents: Set<string> } => {
    const state = states[at];
    return {
      agents: new Set<string>(),
      connection: digits.length === 0 && there.some((said) => said.includes(key)),
      state: state && ((number) => state(number, connection.id)),
    };
  });
  await forEachInBatches(Object.entries(labels), ([id, name]) => {
    const said = normalizeName(name);
    for (const [at, { key }] of words.entries()) if (said.includes(key)) found[at]?.agents.add(id);
  });
  return found;
}

function listed(
  list: Pick<ConnectedList, "connection" | "labels" | "at" | "ageMs">,
  number: PhoneNumber,
): ListedNumber {
  const { connection, labels } = list;
  return {
    key: { connectionId: connection.id, numberId: number.id },
    number,
    connection,
    agentName: number.agent ? (number.agent.name ?? ownValue(labels, number.agent.id)) : undefined,
    labels,
    asOf: old(list),
  };
}

const old = ({ at, ageMs }: Pick<ConnectedList, "at" | "ageMs">): Date | undefined =>
  ageMs > minute ? at : undefined;

function oldest(lists: readonly ConnectedList[]): Date | undefined {
  const times = lists.flatMap((list) => (list.problem ? [] : (old(list) ?? [])));
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

const unanswered = ({ connection, problem, at }: ConnectedList): NumberList["unanswered"] =>
  problem ? [{ connection, problem, asOf: at }] : [];

/** Of several numbers that a title fits, those at the connection that it names, if it names one. */
const unreadable = ({ connection, unreadable: count }: ConnectedList): NumberList["unreadable"] =>
  count > 0 ? [{ connection, count }] : [];

function atNamedConnection(found: readonly Found[], { title }: NumberQuery): readonly Found[] {
  if (found.length < 2 || !title?.rest) return found;
  const rest = normalizeName(title.rest);
  const there = found.filter(({ list }) => rest.startsWith(normalizeName(list.connection.name)));
  return there.length > 0 ? there : found;
}
