import type { Config } from "./config.ts";
import { logger } from "./logger.ts";
import { migrate, schemaAge } from "./postgres/connection/migrate.ts";
import { connectToPostgres } from "./postgres/connection/open-connections.ts";
import { postgresFault } from "./postgres/connection/postgres-fault.ts";
import { grantRights } from "./postgres/connection/rights.ts";

/**
 * Brings PostgreSQL's schema up to date, and gives a role the server's rights. Returns what was done, as text. Throws
 * an error with a readable message.
 */
export async function migrateDatabase(settings: Config, role: string | undefined): Promise<string> {
  const url = settings.postgres;
  if (!url)
    throw new Error("DATABASE_URL is not set. A SQLite file is migrated by the server when it starts.");
  const connections = connectToPostgres(url, logger(settings.logLevel, process.stderr));
  try {
    const before = await schemaAge(connections);
    if (before === "newer")
      throw new Error(
        `The schema of ${url.title} is newer than this version of Patchbay. Nothing was changed.`,
      );
    await migrate(connections);
    if (role !== undefined) await grantRights(connections, role);
    const rights = role === undefined ? "" : ` ${role} has the rights of the server.`;
    return `${url.title}: the schema ${before === "current" ? "was already" : "is now"} up to date.${rights}`;
  } catch (error) {
    throw postgresFault(url, error);
  } finally {
    await connections.pool.end();
  }
}
