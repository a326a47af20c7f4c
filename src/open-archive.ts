import type { Config } from "./config.ts";
import type { AuditArchive } from "./domain/audit/audit-archive.ts";
import { logger } from "./logger.ts";
import { sqliteAuditArchive } from "./sqlite/audit/audit-archive.ts";
import { openDatabase } from "./sqlite/connection/database.ts";
import { notOnPostgres } from "./storage.ts";

/**
 * Opens the audit log of all workspaces for verification or a backup. Throws an ordinary error with a readable message
 * if it cannot be read.
 */
export function openArchive(settings: Config): AuditArchive {
  if (settings.postgres) throw notOnPostgres("Checking or copying the audit log", " Back up with pg_dump.");
  const { databasePath: path, auditSigningKeyPath: keyPath, logLevel } = settings;
  const log = logger(logLevel, process.stderr);
  return sqliteAuditArchive(openDatabase(path, { readonly: true }), {
    path,
    keyPath,
    log,
    now: () => new Date(),
  });
}
