import type Database from "better-sqlite3";

/** An open database file with its state. Every factory of this layer takes it. */
export interface SqliteDatabase extends Database.Database {
  readonly state: HandleState;
}

/** The state of one open database file. */
export interface HandleState {
  /** The prepared statements, by their SQL. */
  readonly statements: Map<string, Database.Statement>;
  readonly writes: WriteState;
  /** Its files; undefined in memory. */
  files: NotedFiles | undefined;
  /** The schema version that was last found unchanged. */
  goodSchema: string | undefined;
}

/** Writes that wait for the next commit, and the state of earlier commits. */
export interface WriteState {
  /** They are committed together, with one fsync. */
  waiting: Write[] | undefined;
  /** Whether the last write found the database locked: until it is free again, no write waits a second time. */
  isHeld: boolean;
  /** The number of commits since other work last had its turn. */
  commits: number;
  /** Created once, because the driver builds four functions each time. */
  transaction: Database.Transaction<RunWrites> | undefined;
}

/** The writes of one caller. */
export interface Write {
  /** Runs the writes. The returned function informs the caller once they are durable. */
  readonly act: () => Notify;
  readonly fail: (error: unknown) => void;
}

export type Notify = () => void;
export type RunWrites = (act: () => readonly Notify[]) => readonly Notify[];

/** One of the files of an open database. */
export interface FileIdentity {
  readonly file: string;
  /** Its name for people, without its location. */
  readonly title: string;
  readonly identity: string;
}

/** The files of an open database as they were when it was opened. */
export interface NotedFiles {
  readonly files: readonly FileIdentity[];
  /** Their paths; undefined if the path is a link and they are elsewhere. */
  readonly folder: string | undefined;
  /** The folder when all files were found in it, and the time of that; undefined while it cannot be trusted. */
  found?: { readonly folder: string; readonly at: number } | undefined;
  /** The folder as last seen, and since when it has been so. */
  seen?: { readonly folder: string; readonly since: number } | undefined;
}

/** A table, an index, a trigger or a view. */
export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** A new handle. */
export function withState(db: Database.Database): SqliteDatabase {
  const state: HandleState = {
    statements: new Map(),
    writes: { waiting: undefined, isHeld: false, commits: 0, transaction: undefined },
    files: undefined,
    goodSchema: undefined,
  };
  return Object.assign(db, { state });
}
