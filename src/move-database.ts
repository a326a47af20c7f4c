import type { Config } from "./config.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { readPostgresUrl } from "./postgres/connection/postgres-url.ts";
import { fillPostgres, readPostgres } from "./postgres/transfer-postgres.ts";
import { fillSqlite, readSqlite } from "./sqlite/transfer-sqlite.ts";
import { credentialSeal } from "./store/crypto/seal.ts";
import {
  copyTables,
  requireEmptyTarget,
  requireIntactLogs,
  verifyCopy,
  type CopyReport,
} from "./store/transfer/copy-database.ts";
import type { Tables } from "./store/transfer/tables.ts";

/** A database: how to read all of it, or how to fill it while it is empty. */
type Opened = <Result>(act: (tables: Tables) => Promise<Result>) => Promise<Result>;

/**
 * Copies everything from the configured database to another one: from SQLite to a `postgres://…` URL, or from
 * PostgreSQL to a new file. All or nothing is copied, so it can be broken off and run again. Returns what was done,
 * in words. Throws an error with a readable message.
 */
export async function moveDatabase(
  settings: Config,
  { to, grantTo }: { readonly to: string; readonly grantTo: string | undefined },
): Promise<string> {
  const { databasePath, postgres } = settings;
  if (/^postgres(?:ql)?:/u.test(to)) {
    if (postgres)
      throw new Error("DATABASE_URL is PostgreSQL already. Copy it to another PostgreSQL with pg_dump.");
    const url = targetUrl(to);
    await migrateDatabase({ ...settings, postgres: url }, grantTo);
    const report = await move(
      async (act) => readSqlite(databasePath, act),
      async (act) => fillPostgres(url, act),
      settings,
    );
    const next = `Start Patchbay with DATABASE_URL in place of DATABASE_PATH.`;
    return `${reportText(`${databasePath} was copied to ${url.title}`, report)}\n${next}`;
  }
  if (!postgres)
    throw new Error(
      "DATABASE_PATH is a SQLite file already. Copy it to another file with `patchbay backup`.",
    );
  const report = await move(
    async (act) => readPostgres(postgres, act),
    async (act) => fillSqlite(to, act),
    settings,
  );
  const next = `Start Patchbay with DATABASE_PATH=${to} in place of DATABASE_URL.`;
  return `${reportText(`${postgres.title} was copied to ${to}`, report)}\n${next}`;
}

function targetUrl(to: string): ReturnType<typeof readPostgresUrl> {
  try {
    return readPostgresUrl(to);
  } catch (error) {
    throw new Error(`--to ${error instanceof Error ? error.message : "is no PostgreSQL URL"}`, {
      cause: error,
    });
  }
}

/** Reads the source twice, to copy and to verify: a program that writes to it meanwhile is noticed. */
async function move(read: Opened, fill: Opened, settings: Config): Promise<CopyReport> {
  const seal = credentialSeal(settings.credentialKeys);
  return fill(async (target) => {
    await read(async (source) => {
      await requireEmptyTarget(source, target);
      await requireIntactLogs(source);
      await copyTables(source, target);
    });
    return read(async (source) => verifyCopy(source, target, seal));
  });
}

function reportText(first: string, report: CopyReport): string {
  const { tables, rows, entries, workspaces, secrets, opened } = report;
  const logs = `${entries} entries of ${workspaces} ${workspaces === 1 ? "workspace" : "workspaces"}`;
  const keys =
    opened === secrets
      ? "CREDENTIAL_KEYS decrypts all of them"
      : `CREDENTIAL_KEYS decrypts ${opened} of them, as before`;
  return [
    `${first}: ${rows} rows in ${tables} tables, read back and the same.`,
    `Audit log: ${logs}, every hash intact on both sides.`,
    `Secrets: ${secrets}; ${keys}.`,
  ].join("\n");
}
