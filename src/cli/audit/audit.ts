import { InvalidArgumentError, type Command } from "commander";
import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEntry, AuditLog, AuditQuery } from "../../domain/audit/audit-log.ts";
import { withInfrastructure, readWorkspaceId, workspacesOf } from "../with-infrastructure.ts";
import { addAuditAccept } from "./audit-accept.ts";
import { addAuditExport } from "./audit-export.ts";
import { addAuditHold } from "./audit-hold.ts";
import { addAuditRetire } from "./audit-retire.ts";
import { addAuditTail } from "./audit-tail.ts";
import { addAuditVerify } from "./audit-verify.ts";
import { auditHeadings, auditRow } from "./audit-row.ts";
import type { CliDeps } from "../cli-context.ts";
import { readSince } from "./since.ts";
import { table } from "../table.ts";
import { jsonLine } from "../sanitize.ts";

interface AuditOptions {
  readonly workspace?: string;
  readonly number?: string;
  readonly since?: string;
  readonly limit: number;
  readonly json?: true;
}

const pageSize = 1000;
const mostEntries = 100_000;

/** `patchbay audit`: reads the audit log, even while the server runs. */
export function addAudit(patchbay: Command, deps: CliDeps): void {
  const audit = patchbay
    .command("audit")
    .description("list what was done or refused, newest first; times are UTC")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("--number <text>", "part of a number's digits, name or id")
    .option("--since <time>", "2h, 3d, or an ISO 8601 date and time", (typed: string) =>
      readSince(typed, deps.now()),
    )
    .option("-n, --limit <n>", `show at most this many entries, up to ${mostEntries}`, readLimit, 50)
    .option("--json", "JSON lines, also on a terminal")
    .addHelpText(
      "after",
      `
Examples:
  patchbay audit --since 2h
  patchbay audit --number 0100 --limit 10
  patchbay audit --workspace T0123ABCD --since 2026-08-01 --json > audit.jsonl`,
    )
    .action(async (options: AuditOptions) => list(deps, options));
  addAuditTail(audit, deps);
  addAuditVerify(audit, deps);
  addAuditExport(audit, deps);
  addAuditAccept(audit, deps);
  addAuditRetire(audit, deps);
  addAuditHold(audit, deps);
}

async function list(deps: CliDeps, { workspace, number, since, limit, json }: AuditOptions): Promise<void> {
  const found = await withInfrastructure(deps, { create: false }, async (infra) => {
    const each = (await workspacesOf(infra, workspace)).map(async (id) =>
      newest(infra.store.workspace(id).audit, { numberText: number, since, limit }),
    );
    const entries = (await Promise.all(each))
      .flat()
      .toSorted((a, b) => b.sequence - a.sequence)
      .slice(0, limit);
    return entries.map((entry) => ({ entry, row: auditRow(entry, infra.accounts) }));
  });
  const { out } = deps;
  if (json || !out.isTTY) {
    for (const { entry } of found) out.out(jsonLine({ ...entry, actor: formatActor(entry.actor) }));
  } else if (found.length === 0) {
    out.err("No matching entries.\n");
  } else {
    out.out(
      table(
        auditHeadings,
        found.map(({ row }) => row),
      ),
    );
  }
}

async function newest(log: AuditLog, query: AuditQuery): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  while (found.length < query.limit) {
    const limit = Math.min(pageSize, query.limit - found.length);
    const page = await log.entries({ ...query, limit, beforeSequence: found.at(-1)?.sequence });
    found.push(...page);
    if (page.length < limit) break;
  }
  return found;
}

function readLimit(typed: string): number {
  const limit = Number(typed);
  if (/^\d+$/u.test(typed) && limit >= 1 && limit <= mostEntries) return limit;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${mostEntries}.`);
}
