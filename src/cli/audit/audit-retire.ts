import { InvalidArgumentError, type Command } from "commander";
import { beginOfMonth, isMonth, isOverBefore, type Segment } from "../../domain/audit/anchor.ts";
import type { RetirePlan } from "../../domain/ports/retention.ts";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { ended } from "../exit-error.ts";
import { newFolder } from "../new-file.ts";
import { sanitize } from "../sanitize.ts";
import {
  readWorkspaceId,
  requireWorkspace,
  withInfrastructure,
  workspacesOf,
} from "../with-infrastructure.ts";
import { exportSegment, segmentFile } from "./segment-file.ts";

interface RetireOptions {
  readonly before: string;
  readonly output: string;
  readonly workspace?: string;
  readonly unsigned?: true;
  readonly dryRun?: true;
}

/** What is retired of one workspace. */
interface Retiring {
  readonly workspaceId: string;
  readonly plan: RetirePlan;
}

/** `patchbay audit retire`: exports old months of the audit log, anchors them and removes them. */
export function addAuditRetire(audit: Command, deps: CliDeps): void {
  audit
    .command("retire")
    .description(
      "export the audit log before a month to files, sign what they hold, and remove those entries",
    )
    .requiredOption("--before <month>", "everything before this month (UTC), such as 2026-01", readMonth)
    .requiredOption("-o, --output <folder>", "the folder for the files, one for each workspace and month")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("--unsigned", "go on although there is no key to sign with")
    .option("--dry-run", "only say what would be retired, and what stands in the way")
    .addHelpText(
      "after",
      `
Each month becomes a file that ends with a signed anchor: which entries it holds, and the hashes before and after
them. Every file is read again before anything is removed. Then the retirement is recorded, and the entries are
removed. What is left verifies from the anchor on; a file verifies by itself with \`patchbay audit verify --file\`.

You can run it while servers run, and again after an interruption: it continues. On PostgreSQL it needs the role that
owns the tables. It refuses while something open still needs an entry, and under a legal hold. Without
AUDIT_SIGNING_KEY_PATH on PostgreSQL nothing can be signed; with --unsigned, anybody who owns the tables could have
removed those entries.

Keep the files: they are the only copy. History, undo and drift no longer know what was removed.

Examples:
  patchbay audit retire --before 2026-01 --output /archive/patchbay --dry-run
  patchbay audit retire --before 2026-01 --output /archive/patchbay
  patchbay audit verify --file /archive/patchbay/T0123ABCD-2025-12-8412.audit.jsonl --public-key audit-key.pub`,
    )
    // Commander passes options that the parent command has too to the parent.
    .action(async (_: unknown, command: Command) => {
      const options: RetireOptions = command.optsWithGlobals();
      await withInfrastructure(deps, { create: false }, async (infra) => retire(deps, infra, options));
    });
}

/** Repeated requests, first calls and notes still look for entries of the last day. */
const settledMs = 2 * 24 * 60 * 60_000;

async function retire(deps: CliDeps, infra: CliInfrastructure, options: RetireOptions): Promise<void> {
  const { out } = deps;
  const { before, workspace, output: folder } = options;
  if (!isOverBefore(before, new Date(deps.now().getTime() - settledMs)))
    throw new Error(
      `The month before ${before} is not over, or ended less than two days ago. Nothing was exported or removed.`,
    );
  const nothing = "Nothing was exported or removed.";
  if (workspace !== undefined) await requireWorkspace(infra, workspace, nothing);
  const signs = infra.retention.publicKey() !== undefined;
  if (!signs && !options.unsigned && !options.dryRun)
    throw new Error(
      "There is no key to sign the anchor with, so nothing would show that these entries were exported and not just deleted. Set AUDIT_SIGNING_KEY_PATH, or give --unsigned. Nothing was exported or removed.",
    );
  const all: Retiring[] = [];
  for (const workspaceId of await workspacesOf(infra, workspace))
    all.push({ workspaceId, plan: await infra.retention.plan(workspaceId, beginOfMonth(before)) });
  const some = all.filter(({ plan }) => plan.segments.length > 0 || plan.waiting > 0);
  for (const one of some) out.out(planText(one));
  if (some.length === 0) out.out(`There are no entries from before ${before}.\n`);
  if (some.some(({ plan }) => plan.obstacles.length > 0)) {
    const others = all.length > 1 ? " With --workspace, the others can be retired." : "";
    out.err(`patchbay: Nothing was exported or removed.${others}\n`);
    throw ended(1);
  }
  if (options.dryRun) return;
  newFolder(folder, nothing);
  for (const one of some) await retireOne(deps, infra, one, { before, folder, signs });
}

async function retireOne(
  deps: CliDeps,
  { retention, newId }: CliInfrastructure,
  { workspaceId, plan }: Retiring,
  { before, folder, signs }: { readonly before: string; readonly folder: string; readonly signs: boolean },
): Promise<void> {
  const { out } = deps;
  const { segments } = plan;
  const at = deps.now().toISOString();
  const lines: string[] = [];
  for (const segment of segments) {
    lines.push(await exportSegment(deps, retention, segment, { folder, at }));
    out.out(sanitize(`exported and read again: ${segmentFile(folder, segment)}`) + "\n");
  }
  const last = segments.at(-1);
  if (last)
    await retention.anchor(workspaceId, lines, {
      kind: "audit.retired",
      actor: { kind: "cli", osUser: deps.osUser() },
      requestId: newId("req"),
      outcome: "applied",
      details: {
        before,
        entries: String(entriesIn(segments)),
        months: segments.map(({ month }) => month).join(", "),
        through: String(last.count),
        signed: signs ? "yes" : "no",
      },
    });
  let removed = 0;
  for await (const count of retention.drop(workspaceId)) removed += count;
  const anchored = last && `; its log begins after entry ${last.count}`;
  out.out(sanitize(`${workspaceId}: removed ${entryCount(removed)}${anchored ?? ""}`) + "\n");
  if (last && !signs)
    out.err(
      "patchbay: The anchor is not signed: nothing shows that these entries were exported and not just deleted.\n",
    );
}

const entryCount = (count: number): string => `${count} ${count === 1 ? "entry" : "entries"}`;

const entriesIn = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { first, count }) => sum + count - first + 1, 0);

function planText({ workspaceId, plan }: Retiring): string {
  const { segments, waiting, obstacles, numbers } = plan;
  const months = segments.map(({ month }) => month);
  const span = months.length > 1 ? `${months[0]} to ${months.at(-1)}` : months[0];
  const lines = [
    `${workspaceId}: ${entryCount(entriesIn(segments))}${span === undefined ? "" : ` (${span})`}`,
    ...(waiting > 0 ? [`  ${entryCount(waiting)} of an earlier run wait to be removed`] : []),
    ...(numbers > 0
      ? [`  ${plural(numbers, "number")} had no newer change: drift is not detected until the next one`]
      : []),
    ...obstacles.map((words) => `  not now: ${words}`),
  ];
  return lines.map((line) => `${sanitize(line)}\n`).join("");
}

function readMonth(typed: string): string {
  if (isMonth(typed)) return typed;
  throw new InvalidArgumentError("Give a month such as 2026-01.");
}
