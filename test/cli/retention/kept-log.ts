import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { readConfig } from "../../../src/config.ts";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { connectInfrastructure, type Infrastructure } from "../../../src/infrastructure.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { newKey } from "../../postgres/audit/signed-log.ts";
import { missing, testPostgres } from "../../postgres/support.ts";
import { temporaryFolder } from "../../sqlite/support.ts";
import { startCliHarness, workspace, type CliHarness, type Ran } from "../cli-harness.ts";

/** A signed audit log on one of the two databases, and a command line beside it. */
export interface KeptLog {
  readonly harness: CliHarness;
  /** An empty folder for files. */
  readonly folder: string;
  /** The command line as the operator runs it who may retire. */
  run(...args: string[]): Promise<Ran>;
  /** A server at that moment, which signs what is new when it ends. */
  serve<T>(at: string, act: (server: Infrastructure) => Promise<T>): Promise<T>;
  /** Records events in a server at that moment. */
  record(at: string, ...events: readonly AuditEvent[]): Promise<void>;
  /** Runs SQL behind the back of the safeguards. */
  tamper(sql: string): Promise<void>;
  /** Runs SQL with the rights of a server. */
  asServer(sql: string): Promise<void>;
}

export type Store = "SQLite" | "PostgreSQL";

/** The databases that are at hand. */
export const stores: readonly Store[] = missing === undefined ? ["SQLite", "PostgreSQL"] : ["SQLite"];

/** The entry of something that nobody follows. */
export const plainEvent = (n: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: "action.refused",
  actor: { kind: "user", userId: n % 2 ? "U1ANNA" : "U2BERT", workspaceId: workspace },
  requestId: `req_${n}`,
  reason: `because of ${n}`,
  ...more,
});

export async function keptLog(store: Store): Promise<KeptLog> {
  const harness = await startCliHarness();
  const { environment } = harness;
  const folder = temporaryFolder();
  const urls = store === "PostgreSQL" ? await testPostgres() : undefined;
  if (urls) {
    const keyPath = join(folder, "audit-key.pem");
    writeFileSync(keyPath, newKey(), { mode: 0o600 });
    Object.assign(environment, {
      DATABASE_PATH: "",
      DATABASE_URL: urls.app,
      AUDIT_SIGNING_KEY_PATH: keyPath,
    });
  }
  const serve: KeptLog["serve"] = async (at, act) => {
    const time = { ms: Date.parse(at) };
    const now = (): Date => new Date((time.ms += 1));
    const infra = await connectInfrastructure(readConfig(environment, "database"), {
      lock: true,
      now,
      isClockSkewed: () => false,
    });
    await infra.checkpoints?.start();
    try {
      return await act(infra);
    } finally {
      await infra.checkpoints?.makeAll();
      await infra.close();
    }
  };
  return {
    harness,
    folder,
    run: async (...args) => {
      if (urls) environment["DATABASE_URL"] = urls.owner;
      try {
        return await harness.run(args);
      } finally {
        if (urls) environment["DATABASE_URL"] = urls.app;
      }
    },
    serve,
    record: async (at, ...events) =>
      serve(at, async ({ store: stored, checkpoints }) => {
        for (const event of events) await stored.workspace(workspace).audit.append(event);
        await checkpoints?.makeFirst();
      }),
    tamper: async (sql) => (urls ? tamperPostgres(urls.owner, sql) : tamperSqlite(environment, sql)),
    asServer: async (sql) => (urls ? query(urls.app, sql) : execSqlite(environment, sql)),
  };
}

async function query(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

async function tamperPostgres(url: string, sql: string): Promise<void> {
  const all = ["audit_entries", "audit_heads", "audit_anchors"];
  const turn = (word: string) => all.map((table) => `ALTER TABLE ${table} ${word}`).join(";");
  await query(url, turn("DISABLE TRIGGER USER"), sql);
  await query(
    url,
    `DO $$ DECLARE one RECORD; BEGIN
      FOR one IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger WHERE NOT tgisinternal
      LOOP EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', one.name, one.tgname); END LOOP; END $$`,
  );
}

function execSqlite({ DATABASE_PATH: path = "" }: Record<string, string>, sql: string): void {
  const db = openFile(path);
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
}

function tamperSqlite({ DATABASE_PATH: path = "" }: Record<string, string>, sql: string): void {
  const db = openFile(path);
  const triggers = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const trigger of triggers) db.exec(trigger.sql);
  db.close();
}

/** Entries of November, December and January, each month signed by a server that ended. */
export async function threeMonths(store: Store): Promise<KeptLog> {
  const log = await keptLog(store);
  await log.record("2025-11-30T23:59:00.000Z", plainEvent(1), plainEvent(2));
  await log.record("2025-12-31T23:00:00.000Z", plainEvent(3));
  await log.record("2026-01-01T00:00:00.000Z", plainEvent(4), plainEvent(5));
  return log;
}
