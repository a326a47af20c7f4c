import type { Connection } from "../../domain/connections/connections.ts";
import { batchSize, forEachInBatches, yieldToEventLoop } from "../../domain/shared/event-loop.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import { isUnanswered, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { type Context } from "../shared/context.ts";
import { parseNumberQuery } from "../shared/number-query.ts";
import { connectedLists, type ConnectedList, type WaitOptions } from "./connected-lists.ts";
import { filterWords, type FilterWord } from "./filter-words.ts";
import {
  listed,
  minute,
  oldRead,
  readLive,
  unanswered,
  unreadable,
  type ListedNumber,
  type NotSeen,
} from "./listed-number.ts";
import { isExact } from "./live-numbers.ts";
import { inListOrder } from "./number-index.ts";
import type { Found } from "./number-match.ts";
import { search, type RelatedMatches } from "./search-index.ts";
import { stateWords, type StateWord } from "./state-filters.ts";

/** Which page of a list to return, and how long to wait for it. Times are in milliseconds. */
export interface ListOptions extends Partial<WaitOptions> {
  /** How many to skip; 0 by default. */
  readonly offset?: number;
  /** The size of the page; unlimited by default. */
  readonly limit?: number;
  /** Whether `total` may be too small, which is faster. */
  readonly skipTotal?: boolean;
  /** Whether numbers without an agent come first. */
  readonly withoutAgentFirst?: boolean;
}

/** A page of the numbers that match a text. */
export interface NumberList extends NotSeen {
  /** The requested page. */
  readonly numbers: readonly ListedNumber[];
  /** The number of all matches. */
  readonly total: number;
  readonly connections: readonly Connection[];
  /** When the oldest list was read, if that is more than a minute ago. Failed lists do not count. */
  readonly asOf: Date | undefined;
}

/**
 * Searches the cached lists of all connections. Each word of the text must occur in what lists show of a number, or in an
 * id. Numbers whose own name fits come first. A connection that fails, or takes longer than `waitMs`, is named in
 * `unanswered`; its numbers are shown as last read, with their age.
 */
export async function findNumbers(ctx: Context, text = "", wanted: ListOptions = {}): Promise<NumberList> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  const { waitMs: patience = ctx.patientMs, maxAgeMs = minute, limit = Number.POSITIVE_INFINITY } = wanted;
  const query = parseNumberQuery(text);
  // If the number can be read live, half of the time is left for that.
  const waitMs = isExact(query) ? patience / 2 : patience;
  const lists = await connectedLists(ctx, { waitMs, maxAgeMs, among: wanted.among });
  const words = filterWords(text);
  const states = await stateWords(ctx, words);
  const enough = wanted.skipTotal ? (wanted.offset ?? 0) + limit : undefined;
  const hits = await Promise.all(
    lists.map(async (list) => ({
      list,
      ...(await search(list.index, words, await relatedMatches(list, words, states), enough)),
    })),
  );
  const total = hits.reduce((sum, { own, other }) => sum + own.length + other.length, 0);
  // If the list has become shorter meanwhile, its last page is shown.
  const from = Math.min(wanted.offset ?? 0, total > 0 ? Math.floor((total - 1) / limit) * limit || 0 : 0);
  const groups: readonly (readonly Hits[])[] = [
    hits.map(({ list, own: at }) => ({ list, at })),
    hits.map(({ list, other: at }) => ({ list, at })),
  ];
  const ordered = wanted.withoutAgentFirst
    ? (await Promise.all(groups.map(withoutAgentApart))).flat()
    : groups;
  const page = await pageOf(ordered, from, limit);
  const missing = lists.flatMap(unanswered);
  const live =
    total === 0 && missing.length > 0 ? await readLive(ctx, query, missing, AbortSignal.timeout(waitMs)) : [];
  return {
    numbers: [...page.map(({ list, number }) => listed(list, number)), ...live],
    total: total + live.length,
    connections: lists.map(({ connection }) => connection),
    asOf: oldest(lists),
    unanswered: missing,
    unreadable: lists.flatMap(unreadable),
  };
}

/** The places of the matches in a list. */
interface Hits {
  readonly list: ConnectedList;
  readonly at: readonly number[];
}

/** Splits matches into numbers without an agent and the rest. */
async function withoutAgentApart(hits: readonly Hits[]): Promise<Hits[][]> {
  const parts = await Promise.all(
    hits.map(async ({ list, at }) => {
      const without: number[] = [];
      const others: number[] = [];
      await forEachInBatches(at, (place) => {
        const number = list.index.numbers[place];
        (number && isUnanswered(number) ? without : others).push(place);
      });
      return { list, without, others };
    }),
  );
  return [
    parts.map(({ list, without }) => ({ list, at: without })),
    parts.map(({ list, others }) => ({ list, at: others })),
  ];
}

/** A page of all groups, one group after another. */
async function pageOf(groups: readonly (readonly Hits[])[], from: number, limit: number): Promise<Found[]> {
  const page: Found[] = [];
  let before = 0;
  for (const hits of groups) {
    // Not spread into one call: a list without a limit has more numbers than a call may have arguments.
    for (const found of await inOrder(hits, Math.max(0, from - before), limit - page.length))
      page.push(found);
    before += hits.reduce((sum, { at }) => sum + at.length, 0);
  }
  return page;
}

/** Merges matches of several lists in list order, and returns a page of them. */
async function inOrder(among: readonly Hits[], from: number, limit: number): Promise<Found[]> {
  const heads = among.map(({ list, at }) => ({ list, at, next: 0 }));
  const found: Found[] = [];
  for (let position = 0; found.length < limit; position += 1) {
    if (position % batchSize === batchSize - 1) await yieldToEventLoop();
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
    if (position >= from) found.push({ list: first.list, number });
  }
  return found;
}

/** The other places in a list where each word occurs: names of agents, the connection's name, and states. */
async function relatedMatches(
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

function oldest(lists: readonly ConnectedList[]): Date | undefined {
  const times = lists.flatMap((list) => (list.problem ? [] : (oldRead(list) ?? [])));
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0];
}
