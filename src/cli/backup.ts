import type { Command } from "commander";
import { withArchive } from "./audit-verify.ts";
import { ended } from "./exit-error.ts";
import type { CliDeps } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

/** `patchbay backup`: a copy of the database and its checkpoints while the server goes on. */
export function addBackup(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("backup")
    .argument("<file>", "a new file, readable by its owner alone")
    .description("copy the database, and its checkpoints beside it, while changes go on")
    .addHelpText(
      "after",
      `
New entries are signed before, so that the copy's checkpoints vouch for all of it. Exits with 1 when the copy has faults in it.
Nothing is overwritten. CREDENTIAL_KEYS and the audit log's signing key are not in it: keep them apart from it.

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
        const unvouched = archive.checkpointFaults();
        const wrong = [
          ...faults.map((fault) => `the database may hide rows: ${fault}`),
          ...unvouched.map((fault) => `the audit log is not vouched for: ${fault}`),
        ];
        if (wrong.length === 0) return;
        for (const words of wrong) deps.out.err(`patchbay: ${sanitize(words)}\n`);
        deps.out.err(
          "patchbay: The copy was made, with these faults in it. `patchbay audit verify` names them all.\n",
        );
        throw ended(1);
      });
    });
}
