import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { csvTable } from "../../domain/audit/audit-csv.ts";
import type { ChainReport } from "../../domain/audit/audit-chain.ts";
import type { EvidenceTable } from "../../operations/history/evidence-table.ts";
import { collectEvidence } from "../../operations/history/collect-evidence.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { newFile, newFolder } from "../new-file.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { asRequest, readWorkspaceId, requireWorkspace, withInfrastructure } from "../with-infrastructure.ts";
import { withArchive } from "./audit-verify.ts";
import { readSince } from "./since.ts";

interface EvidenceOptions {
  readonly workspace: string;
  readonly from: string;
  readonly to: string;
  readonly output?: string;
  readonly json?: true;
}

/** `patchbay evidence`: what auditors ask for, as tables with a signed list of their checksums. */
export function addEvidence(patchbay: Command, deps: CliDeps): void {
  const time = (typed: string): string => readSince(typed, deps.now());
  patchbay
    .command("evidence")
    .description("export evidence for auditors from a workspace's audit log; this is recorded")
    .requiredOption("-w, --workspace <id>", "the workspace", readWorkspaceId)
    .requiredOption("--from <time>", "from this date or time on, UTC: 2026-01-01", time)
    .requiredOption("--to <time>", "before this date or time, UTC; not in the future", time)
    .option("-o, --output <folder>", "a new or empty folder for the files")
    .option("--json", "one JSON document on standard output instead")
    .addHelpText(
      "after",
      `
changes.csv      each change: who asked, who approved, and whether those were other people
break-glass.csv  changes without approval and overridden rules: who, why, and who reviewed them
access.csv       who had which role at the first and at the last moment
keys.csv         keys that were added, replaced, rotated or removed, and tokens
drills.csv       drills, practices and failovers
log.csv          exports, retirements, holds and acceptances of the audit log
verify.json      the verdict of \`patchbay audit verify\`
manifest.json    what this is, and each file with its rows and SHA-256
manifest.json.sig  the signature of the audit log's key; missing without a key

Groups are named as in the settings: who was in a Slack user group is for Slack to say.
Retired months are not included, and the manifest says so.
To check it without Patchbay:
  sha256sum -c SHA256SUMS
  openssl pkeyutl -verify -rawin -pubin -inkey audit-key.pub -in manifest.json -sigfile manifest.json.sig

Examples:
  patchbay evidence -w T0123ABCD --from 2026-01-01 --to 2026-04-01 --output evidence-2026-q1
  patchbay evidence -w T0123ABCD --from 2026-01-01 --to 2026-04-01 --json`,
    )
    .action(async (options: EvidenceOptions) =>
      withInfrastructure(deps, { create: false }, async (infra) => evidence(deps, infra, options)),
    );
}

/** A file of the pack. */
interface PackFile {
  readonly name: string;
  readonly text: string;
  readonly rows?: number;
}

async function evidence(deps: CliDeps, infra: CliInfrastructure, options: EvidenceOptions): Promise<void> {
  const { workspace, from, to, output, json } = options;
  const nothing = "Nothing was exported.";
  if (!json && !output) throw new Error(`Name a folder with --output, or use --json. ${nothing}`);
  if (from >= to) throw new Error(`--from must be before --to. ${nothing}`);
  if (to > deps.now().toISOString()) throw new Error(`--to is in the future. ${nothing}`);
  await requireWorkspace(infra, workspace, nothing);
  const folder = json ? undefined : output;
  if (folder !== undefined) {
    newFolder(folder, nothing);
    if (readdirSync(folder).length > 0)
      throw new Error(`${folder} is not empty, and nothing is overwritten. ${nothing}`);
  }
  const verdict = await verdictOf(deps, workspace);
  const retiredThrough = verdict.find(({ anchor }) => anchor)?.anchor?.month;
  if (retiredThrough !== undefined && from.slice(0, 7) <= retiredThrough)
    deps.out.err(
      sanitize(
        `patchbay: What was recorded up to ${retiredThrough} was retired, and is not included: \`patchbay audit verify --file\` checks its files.`,
      ) + "\n",
    );
  const tables = await asRequest(deps, infra, workspace, async (ctx) => collectEvidence(ctx, { from, to }));
  const at = deps.now().toISOString();
  const said = { format: "Patchbay evidence", version: 1, workspace, from, to, at, retiredThrough };
  const maker = { patchbay: deps.version, by: `cli:${deps.osUser()}` };
  if (folder === undefined) {
    deps.out.out(jsonLine({ ...said, ...maker, verify: verdict, tables: tables.map(asObjects) }));
    return;
  }
  const files = packFiles(tables, verdict);
  const listed = files.map(({ name, text, rows }) => ({ name, rows, sha256: sha256(text) }));
  const manifest = `${JSON.stringify({ ...said, ...maker, verdict: verdict.map((one) => one.verdict), files: listed }, undefined, 2)}\n`;
  const signature = infra.retention.sign(manifest);
  const sums = [...listed, { name: "manifest.json", sha256: sha256(manifest) }];
  for (const { name, text } of files) writeNew(join(folder, name), text);
  writeNew(join(folder, "SHA256SUMS"), sums.map(({ name, sha256: sum }) => `${sum}  ${name}\n`).join(""));
  if (signature) writeNew(join(folder, "manifest.json.sig"), signature);
  // Last: a pack without its manifest is not complete.
  writeNew(join(folder, "manifest.json"), manifest);
  for (const { name, headings: _headings, rows } of tables)
    deps.out.out(`${name}.csv: ${rows.length} rows\n`);
  deps.out.out(sanitize(`${folder}: ${signature ? "signed" : "complete"}`) + "\n");
  if (!signature)
    deps.out.err(
      "patchbay: There is no key to sign the manifest with: anybody could have written these files.\n",
    );
}

async function verdictOf(deps: CliDeps, workspaceId: string): Promise<readonly ChainReport[]> {
  const reports: ChainReport[] = [];
  await withArchive(deps, async (archive) => {
    for await (const report of archive.verify({ workspaceId })) reports.push(report);
  });
  return reports;
}

function packFiles(tables: readonly EvidenceTable[], verdict: readonly ChainReport[]): readonly PackFile[] {
  return [
    ...tables.map(({ name, headings, rows }) => ({
      name: `${name}.csv`,
      text: csvTable(headings, rows),
      rows: rows.length,
    })),
    { name: "verify.json", text: `${JSON.stringify(verdict, undefined, 2)}\n` },
  ];
}

function asObjects({ name, headings, rows }: EvidenceTable): Readonly<Record<string, unknown>> {
  return {
    name,
    rows: rows.map((cells) => Object.fromEntries(headings.map((heading, at) => [heading, cells[at]]))),
  };
}

function writeNew(path: string, content: string | Uint8Array): void {
  const file = newFile(path);
  try {
    file.write(content);
    file.finish();
  } catch (error) {
    file.discard();
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new Error(
      `Patchbay could not write ${path}: ${error.message}. The pack is not complete and has no manifest. Remove the folder, free some space, and run this again.`,
      { cause: error },
    );
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
