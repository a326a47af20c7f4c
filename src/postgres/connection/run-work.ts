import type pg from "pg";
import type { Answer, Statement, Work } from "../../store/database/database.ts";
import {
  placedValues,
  placeParameters,
  type PlacedStatement,
} from "../../store/database/named-parameters.ts";
import type { PreparedStatements } from "./prepared-statements.ts";

/** Asks one statement on a connection. */
export type Ask = (client: pg.ClientBase, statement: Statement) => Promise<Answer>;

/** The statements of the store, in PostgreSQL's words. */
export function postgresAsk(prepared: PreparedStatements): Ask {
  const placed = new Map<string, PlacedStatement>();
  const placedOf = (sql: string): PlacedStatement => {
    let known = placed.get(sql);
    if (!known) placed.set(sql, (known = placeParameters(inPostgres(sql), numbered)));
    return known;
  };
  return async (client, { sql, values }) => {
    const { sql: text, names } = placedOf(sql);
    const found = await client.query<Record<string, unknown>>({
      ...prepared.nameFor(client, text),
      text,
      values: placedValues(names, values).map(storedValue),
    });
    return { rows: found.rows, changes: found.rowCount ?? 0 };
  };
}

/** What was sent on a connection and not yet waited for. */
export interface Sent {
  /** Sends on: its failure is noticed at the next `answers`. */
  add(query: Promise<unknown>): void;
  /** Waits for everything that was sent. Throws the first failure: it is the reason of those after it. */
  answers<T>(queries: readonly Promise<T>[]): Promise<readonly T[]>;
  /** Whether the connection has answered before. */
  hasAnswered(): boolean;
}

/** Nothing was sent yet. */
export function nothingSent(): Sent {
  let sent: Promise<unknown>[] = [];
  let hasAnswered = false;
  return {
    add: (query) => {
      query.catch(() => undefined);
      sent.push(query);
    },
    answers: async (queries) => {
      const all = await Promise.allSettled([...sent, ...queries]);
      sent = [];
      for (const answer of all) if (answer.status === "rejected") throw answer.reason;
      hasAnswered = true;
      return Promise.all(queries);
    },
    hasAnswered: () => hasAnswered,
  };
}

/** Runs work on a connection. Its statements are sent at once, and it waits for the answers that it needs. */
export async function runWork<Result>(
  client: pg.ClientBase,
  ask: Ask,
  work: Work<Result>,
  sent = nothingSent(),
): Promise<Result> {
  let step = work.next();
  while (!step.done) {
    const { statements, needsAnswers } = step.value;
    const asked = statements.map(async (statement) => ask(client, statement));
    if (!needsAnswers) for (const query of asked) sent.add(query);
    step = work.next(needsAnswers ? await sent.answers(asked) : []);
  }
  return step.value;
}

// Hints for SQLite, which would otherwise choose another index.
const indexHints = /\s+(?:INDEXED BY \w+|NOT INDEXED)/gu;
/** Of this moment, not of the transaction's start, so that claims of a transaction that waited last as long. */
const clockMs = "floor(extract(epoch FROM clock_timestamp()) * 1000)::BIGINT";

const inPostgres = (sql: string): string =>
  sql.replaceAll(indexHints, "").replaceAll(/@clockMs\b/gu, clockMs);

function numbered(name: string, names: string[]): string {
  if (!names.includes(name)) names.push(name);
  return `$${names.indexOf(name) + 1}`;
}

const storedValue = (value: unknown): unknown =>
  typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
