import { Option, type Command } from "commander";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { auditFormats, exportHead, exportLine, type AuditFormat } from "../../domain/audit/audit-export.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { exportAudit } from "../../operations/history/export-audit.ts";
import {
  asRequest,
  readWorkspaceId,
  requireWorkspace,
  withInfrastructure,
  workspacesOf,
} from "../with-infrastructure.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { newFile } from "../new-file.ts";
import { readSince } from "./since.ts";
import { sanitize } from "../sanitize.ts";

interface ExportOptions {
  readonly format: AuditFormat;
  readonly workspace?: string;
  readonly number?: string;
  readonly person?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
}

/** `patchbay audit export`: exports the audit log, oldest entry first. The export itself is recorded. */
export function addAuditExport(audit: Command, deps: CliDeps): void {
  const time = (typed: string): string => readSince(typed, deps.now());
  audit
    .command("export")
    .description("export the audit log, oldest first; the export itself is recorded")
    .addOption(
      new Option("-f, --format <format>", "csv, JSON lines, or OCSF 1.3 (API Activity)")
        .choices(auditFormats)
        .makeOptionMandatory(),
    )
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("--number <text>", "part of a number's digits, name or id")
    .option("--person <id>", "a Slack user id, or an actor such as cli:root or system:settle")
    .option("--kind <kind>", "a kind of entry (change.outcome) or of change (reassign)")
    .option("--since <time>", "from 2h ago, 3d ago, or an ISO 8601 date and time", time)
    .option("--until <time>", "before this time", time)
    .option(
      "-o, --output <file>",
      "write to a new file that only its owner can read, instead of standard output",
    )
    .addHelpText(
      "after",
      `
In CSV, a cell that a spreadsheet would read as a formula starts with an apostrophe. JSON lines hold texts unchanged.

Examples:
  patchbay audit export --format csv --since 30d --output audit.csv
  patchbay audit export --format jsonl --workspace T0123ABCD --person U0123ABCD
  patchbay audit export --format ocsf --kind change.outcome > for-the-siem.jsonl`,
    )
    .action(async (_: unknown, command: Command) => {
      const options: ExportOptions = command.optsWithGlobals();
      await withInfrastructure(deps, { create: false }, async (infra) => toOutput(deps, infra, options));
    });
}

async function toOutput(deps: CliDeps, infra: CliInfrastructure, options: ExportOptions): Promise<void> {
  const { output } = options;
  if (output === undefined) {
    await write(deps, infra, options, async (text) => {
      deps.out.out(text);
      await deps.out.drained?.();
    });
    return;
  }
  // Before anything is recorded: without a file there is no export.
  const file = newFile(output);
  try {
    await write(deps, infra, options, async (text) => file.write(text));
    file.finish();
  } catch (error) {
    file.discard();
    throw unwritten(output, error);
  }
}

/** Adds to an error of node:fs what happened to the file. */
function unwritten(output: string, error: unknown): unknown {
  if (!(error instanceof Error) || isProblem(error) || !("syscall" in error)) return error;
  return new Error(
    `Patchbay could not write ${output}, and left no partial file: ${error.message}. Free some space, or choose another location.`,
    { cause: error },
  );
}

/** Whether an index is unreliable. The export then bypasses it, so that nothing is left out. */
async function hidesRows(deps: CliDeps): Promise<boolean> {
  const archive = await deps.archive();
  try {
    const faults = await archive.databaseFaults();
    for (const fault of faults) deps.out.err(`patchbay: the database may hide rows: ${sanitize(fault)}\n`);
    if (faults.length > 0)
      deps.out.err(
        "patchbay: The export reads every entry without the index, so that none is left out. This takes longer.\n",
      );
    return faults.length > 0;
  } finally {
    await archive.close();
  }
}

const atOnce = 64 * 1_024;

async function write(
  deps: CliDeps,
  infra: CliInfrastructure,
  { format, workspace, number: numberText, ...rest }: ExportOptions,
  out: (text: string) => Promise<void>,
): Promise<void> {
  const scan = await hidesRows(deps);
  const filter = {
    scan,
    numberText,
    person: rest.person,
    kind: rest.kind,
    since: rest.since,
    until: rest.until,
  };
  // A mistyped id would record an empty export for a workspace that does not exist.
  if (workspace !== undefined) await requireWorkspace(infra, workspace, "Nothing was exported.");
  const logs: AsyncIterable<AuditEntry>[] = [];
  // Every export is recorded before the first byte is written, so that nothing leaves if one cannot be recorded.
  for (const id of await workspacesOf(infra, workspace)) {
    logs.push(await asRequest(deps, infra, id, async (ctx) => exportAudit(ctx, { format, filter })));
  }
  // On a terminal, a byte order mark would be a stray character.
  const head = exportHead(format);
  let waiting = rest.output === undefined && deps.out.isTTY ? head.replace(/^\uFEFF/u, "") : head;
  for (const entries of logs) {
    for await (const entry of entries) {
      waiting += exportLine(format, entry);
      if (waiting.length < atOnce) continue;
      await out(waiting);
      waiting = "";
    }
  }
  if (waiting !== "") await out(waiting);
}
