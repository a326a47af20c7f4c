import { isTouchedBy, type Effect, type Rule, type RuleFacts } from "../../domain/failover/rules.ts";
import { keyText, besidesKind, type NumberKey, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { LastKnown } from "../../domain/vendor/vendor-account.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { deadline, openConnection, type Context, type OpenConnection } from "../shared/context.ts";

/** How old a list may be for a rule to count on it, in milliseconds. */
const maxAgeMs = 30_000;
/** Up to this many numbers of a connection are read one by one, which is more current than a list. */
const mostSingleReads = 5;

/** How long ago a change may be that a copy of a list lacks, in milliseconds. */
const longestAgeMs = 24 * 60 * 60_000;

/** Who answers a number. */
export type WhoAnswers = Pick<PhoneNumber, "agent" | "answeredBy" | "chooser" | "withoutAgent">;

/** Who answers the numbers of one connection, by number; undefined for one that could not be read. */
export interface ReadConnection {
  readonly numbers: ReadonlyMap<string, WhoAnswers | undefined>;
  /** How many further numbers it has that could not be read; undefined if not all of its numbers were read. */
  readonly unreadable: number | undefined;
}

/** What vendors showed about the numbers of rules. */
export interface ReadFacts {
  readonly readAt: Date;
  readonly connections: ReadonlyMap<string, ReadConnection>;
}

/** Reads from the vendors what the rules need that these effects touch. What cannot be read is missing. */
export async function readFacts(
  ctx: Context,
  rules: readonly Rule[],
  effects: readonly Effect[],
): Promise<ReadFacts> {
  const readAt = ctx.now();
  const read = [...numbersNeeded(rules, effects)].map(
    async ([connectionId, wanted]) =>
      [connectionId, await readConnection(ctx, connectionId, wanted)] as const,
  );
  return { readAt, connections: new Map(await Promise.all(read)) };
}

/** The numbers of each connection that the rules need which these effects touch. */
function numbersNeeded(
  rules: readonly Rule[],
  effects: readonly Effect[],
): ReadonlyMap<string, ReadonlySet<string> | "all"> {
  const needed = new Map<string, Set<string> | "all">();
  for (const rule of rules.filter((one) => effects.some((effect) => isTouchedBy(one, effect))))
    for (const { connectionId, numberId } of rule.scopes) {
      const wanted = needed.get(connectionId) ?? new Set<string>();
      if (numberId === undefined || wanted === "all") needed.set(connectionId, "all");
      else needed.set(connectionId, wanted.add(numberId));
    }
  return needed;
}

/** The same from copies of lists, however old, and the rules whose connections all have one. Sends no request. */
export async function readFactsFromCopies(
  ctx: Context,
  rules: readonly Rule[],
  effects: readonly Effect[],
): Promise<{ readonly facts: ReadFacts; readonly evaluable: readonly Rule[] }> {
  const connections = new Map<string, ReadConnection>();
  let oldestMs = 0;
  for (const connectionId of numbersNeeded(rules, effects).keys()) {
    const last = await lastKnownOf(ctx, connectionId);
    if (!last) continue;
    oldestMs = Math.max(oldestMs, last.ageMs);
    connections.set(connectionId, {
      numbers: new Map(last.numbers.map((number) => [number.id, number])),
      unreadable: last.unreadable?.numbers ?? 0,
    });
  }
  const evaluable = rules.filter(({ scopes }) => scopes.every((one) => connections.has(one.connectionId)));
  return {
    facts: { readAt: new Date(ctx.now().getTime() - Math.min(oldestMs, longestAgeMs)), connections },
    evaluable,
  };
}

async function lastKnownOf(ctx: Context, connectionId: string): Promise<LastKnown | undefined> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    return await account.lastKnown?.();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return undefined;
  }
}

const nothing: ReadConnection = { numbers: new Map(), unreadable: undefined };

async function readConnection(
  ctx: Context,
  connectionId: string,
  wanted: ReadonlySet<string> | "all",
): Promise<ReadConnection> {
  try {
    const open = await openConnection(ctx, connectionId);
    if (wanted === "all" || wanted.size > mostSingleReads) return await readList(ctx, open);
    const numbers = [...wanted].map(async (id) => [id, await readNumber(ctx, open, id)] as const);
    return { numbers: new Map(await Promise.all(numbers)), unreadable: undefined };
  } catch (error) {
    return unread(ctx, connectionId, error, nothing);
  }
}

async function readList(ctx: Context, { account }: OpenConnection): Promise<ReadConnection> {
  const numbers = await account.listNumbers(deadline("form", ctx.stopping), maxAgeMs);
  const last = await account.lastKnown?.();
  // While a vendor is slow, a list may be an old copy.
  if (last && last.ageMs > maxAgeMs) return nothing;
  return {
    numbers: new Map(numbers.map((number) => [number.id, number])),
    unreadable: last?.unreadable?.numbers ?? 0,
  };
}

async function readNumber(
  ctx: Context,
  { account, connection }: OpenConnection,
  id: string,
): Promise<WhoAnswers | undefined> {
  try {
    return await account.getNumber(id, deadline("form", ctx.stopping));
  } catch (error) {
    return unread(ctx, connection.id, error, undefined);
  }
}

function unread<T>(ctx: Context, connection: string, error: unknown, missing: T): T {
  if (!isProblem(error)) throw error;
  ctx.log.warn({ requestId: ctx.requestId, connection, err: error }, "numbers of a rule not read");
  return missing;
}

/** The numbers of a rule, with each agent that one of them may have now. */
export function factsFor(
  { scopes }: Rule,
  effects: readonly Effect[],
  { connections }: ReadFacts,
  pending: ReadonlyMap<string, string | null | undefined>,
): RuleFacts {
  const before = new Map(effects.map((effect) => [keyText(effect.key), effect.before]));
  const members = new Map<string, NumberKey>();
  let isComplete = true;
  for (const { connectionId, numberId } of scopes) {
    const found = numberId === undefined ? allNumbers(connections.get(connectionId)) : [numberId];
    isComplete &&= found !== undefined;
    for (const id of found ?? []) {
      const key = { connectionId, numberId: id };
      members.set(keyText(key), key);
    }
  }
  const read = ({ connectionId, numberId }: NumberKey): WhoAnswers | undefined =>
    connections.get(connectionId)?.numbers.get(numberId);
  return {
    members: isComplete ? [...members.values()] : undefined,
    agentsOf: (key) => {
      const text = keyText(key);
      const shown = before.has(text) ? before.get(text) : agentIn(read(key));
      return pending.has(text) ? [shown, pending.get(text)] : [shown];
    },
    besidesOf: (key, agent) => {
      const number = read(key);
      return number && besidesKind(number, agent);
    },
  };
}

function agentIn(number: WhoAnswers | undefined): string | null | undefined {
  const agent = number?.agent;
  return agent ? agent.id : agent;
}

/** The ids of all numbers of a connection, with one for each that could not be read; undefined if not all were listed. */
function allNumbers(read: ReadConnection | undefined): readonly string[] | undefined {
  if (read?.unreadable === undefined) return undefined;
  return [...read.numbers.keys(), ...Array.from({ length: read.unreadable }, (_, n) => `unreadable ${n}`)];
}
