import type { Lease } from "../../domain/shared/lease.ts";
import type { OnSignal, Signal } from "../../domain/ports/signals.ts";

/** The values of a statement's named parameters. */
export type Values = Readonly<Record<string, string | number | null | Uint8Array>>;

/**
 * One SQL statement that both databases understand; `@name` stands for a value, and `@clockMs` for the database's own
 * clock: milliseconds since 1970.
 */
export interface Statement {
  readonly sql: string;
  readonly values: Values;
}

/** The answer to a statement: its rows, or how many it has changed. */
export interface Answer {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

/** Statements that are sent together and run one after the other. */
export interface Step {
  readonly statements: readonly Statement[];
  /** Without, the work goes on at once. A failure of such a statement is the failure of the work. */
  readonly needsAnswers: boolean;
}

/**
 * Steps that run one after the other. The code is the same for both databases: SQLite runs it in one go, PostgreSQL
 * waits for the answers of each step. Work can wait for nothing else, so no transaction stays open while Slack or a
 * vendor is asked.
 */
export type Work<Result> = Generator<Step, Result, readonly Answer[]>;

/** The place of the next entry in a workspace's audit log. */
export interface ChainPlace {
  readonly sequence: number;
  readonly position: number;
  /** The hash of the entry before it; undefined for the first one. */
  readonly previousHash: string | undefined;
}

/** How to write. */
export interface WriteOptions {
  /**
   * False for a write that does not wait for PostgreSQL's disk: a crash of the database may lose it, together with
   * everything that is written after it. On SQLite, each write is durable.
   */
  readonly isDurable?: boolean;
  /**
   * False for a write that checks nothing but rows that it locks itself. It neither waits for the workspace's other
   * writes nor holds them up.
   */
  readonly takesTurn?: boolean;
  /**
   * True for a write that nobody waits for. PostgreSQL gets it one turn of the event loop later, after what is sent now; SQLite
   * writes both with one commit.
   */
  readonly isDeferred?: boolean;
}

/** For what may be lost and checks only its own rows: it neither waits for the disk nor holds up the record of a change. */
export const aside: WriteOptions = { isDurable: false, takesTurn: false };
/** The same for what nobody waits for. */
export const deferred: WriteOptions = { ...aside, isDeferred: true };

/** An open database: SQLite's file or PostgreSQL's server. */
export interface Database {
  read<Result>(work: Work<Result>): Promise<Result>;
  /**
   * Runs work as one transaction that is durable when the promise resolves: all or none. Writes of one workspace
   * take turns, so work may check and then write. It may run more than once; earlier runs are rolled back. Throws
   * not_recorded if the database cannot be written, and what the work throws.
   */
  write<Result>(work: () => Work<Result>, workspaceId?: string, options?: WriteOptions): Promise<Result>;
  /** A text without what the database cannot store: it would be read back as another one. */
  storable(text: string): string;
  /**
   * Takes the next place in a workspace's audit log, until the transaction ends; for a change, by the id of its
   * request. Throws already_requested if that is on record, and not_recorded if the log is not protected against
   * changes.
   */
  nextPlace(workspaceId: string, requestId: string | null): Work<ChainPlace>;
  /** Inserts one row. Throws not_recorded if the database skips it silently, as a trigger of another program may. */
  insertOne(sql: string, values: Values): Work<void>;
  /**
   * Sees to it that nobody takes these locks from their holder until the transaction ends. Throws not_recorded if
   * somebody has taken one, or its time is over.
   */
  requireLeases(leases: readonly Lease[]): Work<void>;
  /** Tells the other replicas, once the transaction is durable. There are none on SQLite. */
  signal(signal: Signal): Work<void>;
  /** See `Store`. */
  onSignal(listener: OnSignal): void;
  /** Sees to it that secrets which were just replaced or removed remain nowhere in the database's files. */
  scrub(): void;
  /** See `Store`. */
  checkWritable(): Promise<void>;
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
  /** Whether several servers may use the database at the same time. */
  readonly isShared: boolean;
}

/** The rows that a statement finds. */
export function* rows<Row>(sql: string, values: Values = {}): Work<readonly Row[]> {
  const [answer] = yield { statements: [{ sql, values }], needsAnswers: true };
  // Only the caller knows the row type of its SQL.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (answer?.rows ?? []) as readonly Row[];
}

/** The first row that a statement finds. */
export function* row<Row>(sql: string, values: Values = {}): Work<Row | undefined> {
  return (yield* rows<Row>(sql, values))[0];
}

/** How many rows a statement changes. */
export function* run(sql: string, values: Values = {}): Work<number> {
  const [answer] = yield { statements: [{ sql, values }], needsAnswers: true };
  return answer?.changes ?? 0;
}

/** A statement whose answer nobody needs. PostgreSQL gets it together with what comes next. */
export function* send(sql: string, values: Values = {}): Work<void> {
  yield { statements: [{ sql, values }], needsAnswers: false };
}

/** Pieces of work side by side: what all of them ask next is sent together, in their order. */
export function* together<Results extends readonly unknown[]>(
  ...works: { readonly [Place in keyof Results]: Work<Results[Place]> }
): Work<Results> {
  const all = works.map((work) => ({ work, state: work.next() }));
  for (;;) {
    const steps = all.map(({ state }) => (state.done === true ? noStep : state.value));
    if (all.every(({ state }) => state.done)) break;
    const answers = yield {
      statements: steps.flatMap(({ statements }) => statements),
      needsAnswers: steps.some(({ needsAnswers }) => needsAnswers),
    };
    let from = 0;
    for (const [place, one] of all.entries()) {
      const count = steps[place]?.statements.length ?? 0;
      if (one.state.done !== true) one.state = one.work.next(answers.slice(from, from + count));
      from += count;
    }
  }
  // Each result is the one of the work at its index, which `map` does not express.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return all.map(({ state }) => state.value) as unknown as Results;
}

const noStep: Step = { statements: [], needsAnswers: false };
