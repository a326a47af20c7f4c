import type { Signal } from "../../domain/ports/signals.ts";
import {
  row,
  rows,
  run,
  send,
  type Database,
  type Values,
  type Work,
  type WriteOptions,
} from "./database.ts";

/** A statement about one workspace. One that forgets the workspace does not compile. */
export type WorkspaceSql = `${string}@workspaceId${string}`;

/** The database as one workspace sees it: every statement names the workspace. */
export interface WorkspaceDatabase {
  readonly workspaceId: string;
  readonly database: Database;
  /** Statements within work. */
  rows<Row>(sql: WorkspaceSql, values?: Values): Work<readonly Row[]>;
  row<Row>(sql: WorkspaceSql, values?: Values): Work<Row | undefined>;
  run(sql: WorkspaceSql, values?: Values): Work<number>;
  send(sql: WorkspaceSql, values?: Values): Work<void>;
  /** See `Database`. */
  insertOne(sql: WorkspaceSql, values: Values): Work<void>;
  /** See `Database`. */
  signal(signal: Omit<Signal, "workspaceId">): Work<void>;
  /** Reads by one statement. */
  all<Row>(sql: WorkspaceSql, values?: Values): Promise<readonly Row[]>;
  first<Row>(sql: WorkspaceSql, values?: Values): Promise<Row | undefined>;
  /** See `Database`. */
  read<Result>(work: Work<Result>): Promise<Result>;
  write<Result>(work: () => Work<Result>, options?: WriteOptions): Promise<Result>;
}

/** The database as one workspace sees it. */
export function workspaceDatabase(database: Database, workspaceId: string): WorkspaceDatabase {
  // Callers without an id must never share rows.
  if (workspaceId === "") throw new Error("a workspace has an id");
  const ours = (values: Values = {}): Values => ({ ...values, workspaceId });
  return {
    workspaceId,
    database,
    rows: (sql, values) => rows(sql, ours(values)),
    row: (sql, values) => row(sql, ours(values)),
    run: (sql, values) => run(sql, ours(values)),
    send: (sql, values) => send(sql, ours(values)),
    insertOne: (sql, values) => database.insertOne(sql, ours(values)),
    signal: (signal) => database.signal({ ...signal, workspaceId }),
    all: async (sql, values) => database.read(rows(sql, ours(values))),
    first: async (sql, values) => database.read(row(sql, ours(values))),
    read: async (work) => database.read(work),
    write: async (work, options) => database.write(work, workspaceId, options),
  };
}
