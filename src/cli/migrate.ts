import type { Command } from "commander";
import type { CliDeps } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

/** `patchbay migrate`: brings PostgreSQL's schema up to date, or moves everything to another database. */
export function addMigrate(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("migrate")
    .option("--grant-to <role>", "the database role of the server, which gets its rights")
    .option(
      "--to <database>",
      "copy everything to this empty PostgreSQL database, or to this new SQLite file",
    )
    .description("create or update the tables in PostgreSQL, or move to another database")
    .addHelpText(
      "after",
      `
Run it as the role that owns the tables. The server uses another one, which may add to the audit log and can neither
change nor delete an entry. SQLite updates its tables by itself.

With --to, stop the server first. Patchbay copies everything, reads both databases again and compares every row, every
hash of the audit log and every secret. The target gets all or nothing, so you can interrupt it and run it again. The
source stays as it is. To keep a password out of the process list, leave it out of the URL and set PGPASSWORD.

Examples:
  DATABASE_URL=postgres://owner@db.example.com/patchbay patchbay migrate --grant-to patchbay
  patchbay migrate --to postgres://owner@db.example.com/patchbay --grant-to patchbay
  DATABASE_URL=postgres://owner@db.example.com/patchbay patchbay migrate --to ./data/back.db`,
    )
    .action(async ({ grantTo, to }: { grantTo?: string; to?: string }) => {
      const done = to === undefined ? await deps.migrate(grantTo) : await deps.moveDatabase({ to, grantTo });
      deps.out.out(
        done
          .split("\n")
          .map((line) => `${sanitize(line)}\n`)
          .join(""),
      );
    });
}
