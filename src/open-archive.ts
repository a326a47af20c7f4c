import { sqliteKeyPath, type Config } from "./config.ts";
import type { AuditArchive } from "./domain/audit/audit-archive.ts";
import { logger } from "./logger.ts";
import { openPostgresArchive } from "./postgres/audit/audit-archive.ts";
import { sqliteAuditArchive } from "./sqlite/audit/audit-archive.ts";
import { openDatabase } from "./sqlite/connection/database.ts";

/**
 * Opens the audit log of all workspaces for verification or a backup. Throws an ordinary error with a readable message
 * if it cannot be read.
 */
export async function openArchive(settings: Config): Promise<AuditArchive> {
  const {
    databasePath: path,
    logLevel,
    postgres,
    auditSigningKeyPath,
    auditCheckpointsPath: file,
  } = settings;
  const log = logger(logLevel, process.stderr);
  if (postgres) return openPostgresArchive(postgres, { keyPath: auditSigningKeyPath, file, log });
  return sqliteAuditArchive(openDatabase(path, { readonly: true }), {
    path,
    keyPath: sqliteKeyPath(settings),
    log,
    now: () => new Date(),
  });
}
