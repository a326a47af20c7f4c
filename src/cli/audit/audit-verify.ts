import type { Command } from "commander";
import type { AuditArchive } from "../../domain/audit/audit-archive.ts";
import { mostSevere, type ChainReport, type ChainVerdict } from "../../domain/audit/audit-chain.ts";
import { readWorkspaceId } from "../with-infrastructure.ts";
import { ended } from "../exit-error.ts";
import type { CliDeps } from "../cli-context.ts";
import { readNamedFile } from "../read-file.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { verifyFiles } from "./verify-files.ts";

interface VerifyOptions {
  readonly workspace?: string;
  readonly checkpoints?: string;
  readonly publicKey?: string;
  readonly file?: readonly string[];
  readonly showKey?: true;
  readonly json?: true;
}

const exitCodes: Readonly<Record<ChainVerdict, number>> = {
  intact: 0,
  hidden: 8,
  altered: 3,
  missing: 4,
  cut: 5,
  rewritten: 6,
  forged: 7,
};

const nothingVouches = 9;

const verdictWords: Readonly<Record<ChainVerdict, string>> = {
  intact: "intact",
  hidden: "not all shown",
  altered: "altered",
  missing: "entry missing",
  cut: "tail cut",
  rewritten: "rewritten",
  forged: "checkpoint forged",
};

/** `patchbay audit verify`: recomputes the whole audit log and reports each fault and its place. */
export function addAuditVerify(audit: Command, deps: CliDeps): void {
  audit
    .command("verify")
    .description("recompute every entry's hash and compare the log with its signed checkpoints")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option(
      "--checkpoints <file>",
      "checkpoint lines, from a file or pasted from a channel, instead of the database's own file",
    )
    .option("--public-key <file>", "the public key to check them with, as PEM; the file may hold several")
    .option(
      "--file <file...>",
      "verify files of retired months by themselves; needs no database with --public-key",
    )
    .option("--show-key", "only print this server's public key")
    .option("--json", "a JSON line for each workspace")
    .addHelpText(
      "after",
      `
Exit codes (the most severe of all workspaces):
  0  intact              every entry is unchanged and matches every checkpoint
  1  it could not be verified
  3  entry altered       or inserted
  4  entry missing       from the middle
  5  tail cut            entries are gone from the end
  6  rewritten           the chain is consistent but does not match a checkpoint
  7  checkpoint forged   a line of the checkpoints is not signed by the key
  8  not all shown       an index or another part of the schema was changed and may hide rows
  9  nothing vouches     all is intact, but a workspace with entries has no checkpoint that fits: a new log?
  10 file not right      a file of a retired month is not as it was exported

A log whose first months were retired verifies from its signed anchor on; the files of those months verify with --file.

Needs the database only, and the signing key or --public-key. A key and checkpoints from the same machine show less
than a public key that was kept elsewhere and checkpoints from a channel: a person who controls that machine can write
both.

Examples:
  patchbay audit verify
  patchbay audit verify --show-key > audit-key.pub
  patchbay audit verify --file T0123ABCD-2025-1*.audit.jsonl --public-key audit-key.pub
  DATABASE_PATH=copy.db patchbay audit verify --public-key audit-key.pub --checkpoints from-channel.jsonl`,
    )
    // Commander passes options that the parent command has too to the parent.
    .action(async (_: unknown, command: Command) => {
      const options: VerifyOptions = command.optsWithGlobals();
      if (options.file) await verifyFiles(deps, { ...options, files: options.file });
      else await withArchive(deps, async (archive) => verify(deps, archive, options));
    });
}

/** Opens the archive for one command, and always closes it. */
export async function withArchive(
  deps: CliDeps,
  act: (archive: AuditArchive) => Promise<void>,
): Promise<void> {
  const archive = await deps.archive();
  try {
    await act(archive);
  } finally {
    await archive.close();
  }
}

async function verify(deps: CliDeps, archive: AuditArchive, options: VerifyOptions): Promise<void> {
  const { out } = deps;
  if (options.showKey) {
    out.out(archive.publicKey());
    return;
  }
  const text = (file: string | undefined) => (file === undefined ? undefined : readNamedFile(file));
  const verdicts: ChainVerdict[] = [];
  let unvouched = false;
  const reports = archive.verify({
    workspaceId: options.workspace,
    checkpoints: checkpointLines(text(options.checkpoints)),
    publicKeys: text(options.publicKey),
  });
  for await (const report of reports) {
    verdicts.push(report.verdict);
    unvouched ||= report.entries > 0 && report.checkpoints === 0 && !report.anchor?.isSigned;
    out.out(options.json ? jsonLine(report) : reportText(report));
  }
  if (verdicts.length === 0) out.err("The audit log is empty.\n");
  const verdict = mostSevere(verdicts);
  if (verdict !== "intact") throw ended(exitCodes[verdict]);
  if (unvouched) throw ended(nothingVouches);
}

/**
 * The checkpoint lines of a text that was copied from a channel, without names, times and our own text between them. A
 * truncated line is kept, so that it is reported. Throws an ordinary error with a readable message if there is no line.
 */
function checkpointLines(pasted: string | undefined): string | undefined {
  const lines = pasted?.split("\n").flatMap((line) => /\{.*\}|\{.*/u.exec(line)?.[0] ?? []);
  if (lines?.length === 0) throw new Error("The file contains no checkpoint.");
  return lines?.map((line) => `${line}\n`).join("");
}

function reportText(report: ChainReport): string {
  const { workspaceId = "of no workspace", verdict, entries, findings, found } = report;
  const lines = [
    `${sanitize(workspaceId)}: ${verdictWords[verdict]}; ${entries} entries, ${checkpointText(report)}`,
    ...beginningLines(report),
    ...findings.map((finding) => `  ${verdictWords[finding.verdict]}: ${sanitize(finding.words)}`),
  ];
  if (found > findings.length) lines.push(`  and ${found - findings.length} more`);
  return lines.map((line) => `${line}\n`).join("");
}

function beginningLines({ anchor, waiting = 0, isHeld }: ChainReport): readonly string[] {
  const lines = isHeld ? ["  under a legal hold"] : [];
  if (!anchor) return lines;
  const signed = anchor.isSigned ? "a signed anchor" : "an anchor that is NOT signed";
  lines.push(
    `  begins after entry ${anchor.position} with ${signed}: the months up to ${anchor.month} were retired`,
  );
  if (waiting > 0)
    lines.push(`  ${waiting} of its entries are retired and wait to be removed: run the retirement again`);
  return lines;
}

function checkpointText({ checkpoints, lastCheckpoint }: ChainReport): string {
  if (!lastCheckpoint) return "no checkpoint covers them";
  const { count, at } = lastCheckpoint;
  const fits = checkpoints === 1 ? "matches the checkpoint" : `matches ${checkpoints} checkpoints, the last`;
  return `${fits} at entry ${count} (${at})`;
}
