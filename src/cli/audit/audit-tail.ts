import { InvalidArgumentError, type Command } from "commander";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { readWorkspaceId, withInfrastructure, workspacesOf } from "../with-infrastructure.ts";
import { auditRow } from "./audit-row.ts";

interface TailOptions {
  readonly workspace?: string;
  readonly limit: number;
  readonly follow?: true;
  readonly json?: true;
}

/** How often it looks for new entries, in milliseconds. */
const everyMs = 1_000;
const mostBefore = 1_000;

/** `patchbay audit tail`: the newest entries, oldest first, and with `--follow` those that come. */
export function addAuditTail(audit: Command, deps: CliDeps): void {
  audit
    .command("tail")
    .description("print the newest entries, oldest first; with --follow, also those that come")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("-n, --limit <n>", `begin with this many entries, up to ${mostBefore}`, readLimit, 10)
    .option("-f, --follow", "go on until Ctrl-C, or until nobody reads any more")
    .option("--json", "JSON lines, also on a terminal")
    .addHelpText(
      "after",
      "\nExamples:\n  patchbay audit tail --follow\n  patchbay audit tail --follow -n 0 --json | logger -t patchbay",
    )
    .action(async (options: TailOptions) => tail(deps, options));
}

async function tail(deps: CliDeps, options: TailOptions): Promise<void> {
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const seen = new Map<string, number>();
    await print(deps, infra, await newest(infra, options, seen), options);
    if (!options.follow) return;
    let end: () => void = () => undefined;
    let isOver = false;
    const interrupted = new Promise<void>((resolve) => {
      end = () => {
        isOver = true;
        resolve();
      };
    });
    const release = deps.onInterrupt(() => end());
    try {
      for (;;) {
        await Promise.race([deps.control.pause(everyMs), interrupted]);
        if (isOver) return;
        await print(deps, infra, await entriesSince(deps, infra, options, seen), options);
      }
    } finally {
      release();
    }
  });
}

/** The newest entries, oldest first. Notes in `seen` how far each workspace is. */
async function newest(
  infra: CliInfrastructure,
  { workspace, limit }: TailOptions,
  seen: Map<string, number>,
): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (const id of await workspacesOf(infra, workspace)) {
    const page = await infra.store.workspace(id).audit.entries({ limit: Math.max(1, limit) });
    seen.set(id, page[0]?.sequence ?? 0);
    found.push(...page);
  }
  const inOrder = found.toSorted((a, b) => a.sequence - b.sequence);
  return limit === 0 ? [] : inOrder.slice(-limit);
}

/** What each workspace has recorded since, in the order of the log. */
async function entriesSince(
  { out }: CliDeps,
  infra: CliInfrastructure,
  { workspace }: TailOptions,
  seen: Map<string, number>,
): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (const id of await workspacesOf(infra, workspace)) {
    const { audit } = infra.store.workspace(id);
    const passOver = (sequence: number): void => {
      seen.set(id, sequence);
      out.err(`Entry ${sequence} of ${id} cannot be read. patchbay audit verify says more.\n`);
    };
    for await (const entry of audit.walk({ afterSequence: seen.get(id) ?? 0 }, passOver)) {
      seen.set(id, entry.sequence);
      found.push(entry);
    }
  }
  return found.toSorted((a, b) => a.sequence - b.sequence);
}

async function print(
  { out }: CliDeps,
  { accounts }: CliInfrastructure,
  entries: readonly AuditEntry[],
  { json }: TailOptions,
): Promise<void> {
  for (const entry of entries) {
    const cells = auditRow(entry, accounts).filter((cell) => cell !== "");
    if (json || !out.isTTY) out.out(jsonLine({ ...entry, actor: formatActor(entry.actor) }));
    else out.out(`${sanitize(cells.join("  "))}\n`);
    await out.drained?.();
  }
}

function readLimit(typed: string): number {
  const limit = Number(typed);
  if (/^\d{1,4}$/u.test(typed) && limit <= mostBefore) return limit;
  throw new InvalidArgumentError(`Give a whole number from 0 to ${mostBefore}.`);
}
