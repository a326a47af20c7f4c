import type { Command } from "commander";
import type { CliDeps } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

/** `patchbay migrate`: brings PostgreSQL's schema up to date. */
export function addMigrate(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("migrate")
    .option("--grant-to <role>", "the database role of the server, which gets its rights")
    .description("create or update the tables in PostgreSQL; SQLite does it by itself")
    .addHelpText(
      "after",
      `
Run it as the role that owns the tables. The server uses another one, which may add to the audit log and can neither
change nor delete an entry.

Examples:
  DATABASE_URL=postgres://owner@db.example.com/patchbay patchbay migrate --grant-to patchbay`,
    )
    .action(async ({ grantTo }: { grantTo?: string }) => {
      deps.out.out(`${sanitize(await deps.migrate(grantTo))}\n`);
    });
}
