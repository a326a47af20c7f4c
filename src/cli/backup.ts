import type { Command } from "commander";
import { withArchive } from "./audit/audit-verify.ts";
import { ended } from "./exit-error.ts";
import type { CliDeps } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

/** `patchbay backup`: copies the database and its checkpoints while the server runs. */
export function addBackup(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("backup")
    .argument("<file>", "a new file that only its owner can read")
    .description("back up a SQLite database and its checkpoints while the server runs")
    .addHelpText(
      "after",
      `
Patchbay signs new entries first, so that the checkpoints cover the whole copy. Exits with 1 if the copy has faults.
Nothing is overwritten. For PostgreSQL, use pg_dump or your provider's backups. The backup does not contain
CREDENTIAL_KEYS or the audit log's signing key: keep them elsewhere.

Examples:
  patchbay backup /backup/patchbay-$(date +%F).db
  DATABASE_PATH=/backup/patchbay-2026-08-01.db patchbay audit verify --public-key audit-key.pub`,
    )
    .action(async (file: string) => {
      await withArchive(deps, async (archive) => {
        const { bytes, checkpointFile, faults = [] } = await archive.backup(file);
        const beside =
          checkpointFile === undefined ? "no checkpoints yet" : `checkpoints in ${checkpointFile}`;
        deps.out.out(sanitize(`${file}: ${bytes} bytes; ${beside}`) + "\n");
        const unvouched = await archive.checkpointFaults();
        const wrong = [
          ...faults.map((fault) => `the database may hide rows: ${fault}`),
          ...unvouched.map((fault) => `the audit log does not match its checkpoints: ${fault}`),
        ];
        if (wrong.length === 0) return;
        for (const words of wrong) deps.out.err(`patchbay: ${sanitize(words)}\n`);
        deps.out.err(
          "patchbay: The backup was made, with these faults. `patchbay audit verify` lists them all.\n",
        );
        throw ended(1);
      });
    });
}
