import type Database from "better-sqlite3";

/** An open database file with what is remembered of it as long as it is open; every factory of this layer takes it. */
export interface SqliteDatabase extends Database.Database {
  readonly state: HandleState;
}

/** What is remembered of one open database file. */
export interface HandleState {
  /** The prepared statements, by their SQL. */
  readonly statements: Map<string, Database.Statement>;
  readonly writes: WriteState;
  /** The files that it really has; undefined in memory. */
  files: NotedFiles | undefined;
  /** The version of the schema that was last found as it was made. */
  goodSchema: string | undefined;
}

/** Writes that came while nobody could be told yet, and what was found when others were made. */
export interface WriteState {
  /** They go to the disk together, with one fsync for all. */
  waiting: Write[] | undefined;
  /** Whether the last write found the database held: until it is free again nobody waits a second time. */
  isHeld: boolean;
  /** How many commits there were since others last had their turn. */
  commits: number;
  /** Made once, because the driver makes four functions and describes them each time. */
  transaction: Database.Transaction<RunWrites> | undefined;
}

/** Writes of one caller. */
export interface Write {
  /** Runs the writes; what it gives back tells the caller, once they are durable. */
  readonly act: () => Tell;
  readonly fail: (error: unknown) => void;
}

export type Tell = () => void;
export type RunWrites = (act: () => readonly Tell[]) => readonly Tell[];

/** One of the files of an open database. */
export interface FileIdentity {
  readonly file: string;
  /** What it is called to people, who are not told where it lies. */
  readonly title: string;
  readonly identity: string;
}

/** The files of an open database, as they were when it was opened. */
export interface NotedFiles {
  readonly files: readonly FileIdentity[];
  /** Where they lie; undefined where the path is a link, and they are somewhere else. */
  readonly folder: string | undefined;
  /** The folder as it was when all of them were found in it, and when that was; undefined while it may not be relied on. */
  found?: { readonly folder: string; readonly at: number } | undefined;
  /** The folder as it was seen last, and since when it has been so. */
  seen?: { readonly folder: string; readonly since: number } | undefined;
}

/** A table, an index, a trigger or a view. */
export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** A handle of which nothing is remembered yet. */
export function withState(db: Database.Database): SqliteDatabase {
  const state: HandleState = {
    statements: new Map(),
    writes: { waiting: undefined, isHeld: false, commits: 0, transaction: undefined },
    files: undefined,
    goodSchema: undefined,
  };
  return Object.assign(db, { state });
}
