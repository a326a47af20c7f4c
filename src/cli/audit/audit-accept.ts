import type { Command } from "commander";
import { statedReason } from "../../domain/access/reason-rule.ts";
import { withInfrastructure } from "../with-infrastructure.ts";
import type { CliDeps } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";

/** `patchbay audit accept`: signs logs as they are although they do not match their checkpoints, and records that. */
export function addAuditAccept(audit: Command, deps: CliDeps): void {
  audit
    .command("accept")
    .description("accept an audit log that does not match its checkpoints, or has none; this is recorded")
    .requiredOption("--reason <text>", "why the log does not match; it is recorded")
    .addHelpText(
      "after",
      `
If the checkpoints or the key are missing, or do not match the log, the server stops signing and /readyz says so. Find
out why first: \`patchbay audit verify\`, backups, checkpoints that were kept elsewhere. This signs the log as it is
with the key of AUDIT_SIGNING_KEY_PATH; afterwards nobody can tell what was changed before. Checkpoints that do not
match are kept in a file beside the old one. A running server resumes by itself.

Examples:
  patchbay audit accept --reason "restored the backup of 2026-08-01 after the disk failed"
  patchbay audit accept --reason "new signing key, SEC-112"`,
    )
    // Commander passes options that the parent command has too to the parent.
    .action(async (_: unknown, command: Command) =>
      accept(deps, String(command.optsWithGlobals()["reason"])),
    );
}

async function accept(deps: CliDeps, reason: string): Promise<void> {
  const { out } = deps;
  if (statedReason(reason) === undefined)
    throw new Error("Nothing was accepted: --reason is empty. Say why the log does not match.");
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const actor = { kind: "cli", osUser: deps.osUser() } as const;
    const { faults, keptFile } = await infra.acceptAuditLog(actor, reason);
    if (faults.length === 0) {
      out.out("Nothing to accept: the audit log matches its checkpoints.\n");
      return;
    }
    for (const fault of faults) out.out(`accepted: ${sanitize(fault)}\n`);
    if (keptFile !== undefined) out.out(`The previous checkpoints are kept in ${sanitize(keptFile)}\n`);
  });
}
