import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import { alpha, bravo } from "../support/neighbours.ts";
import { startMatrixHarness, type MatrixHarness } from "./matrix-harness.ts";
import type { Who } from "./people.ts";
import { byNobody, canTry, expected, rows } from "./rows.ts";
import type { Row } from "./rows/row.ts";
import { triedJob } from "./targets.ts";

/** One role trying one row. */
export interface Try {
  readonly row: Row;
  readonly who: Who;
}

/** The result of a try. */
export interface Cell extends Try {
  readonly expected: string;
  readonly got: string;
  /** What else is wrong: an unexpected change, or text or entries of the other workspace. */
  readonly broken: readonly string[];
}

/** Text that only Bravo has. */
const foreignWords = ["Bravo line", "Bravo bot", "2065550101", "bravo account"];

/** All tries for some roles. */
export function tries(of: readonly Who[]): Try[] {
  return rows.flatMap((row) => of.filter((who) => canTry(row, who)).map((who) => ({ row, who })));
}

/** How many tries share a minute of the app: a try sends up to three requests of a person, who may send 180 a minute. */
const triesAMinute = 50;

/** Tries some in one harness, one after the other. */
export async function tryAll(all: readonly Try[], onCell: () => void = () => undefined): Promise<Cell[]> {
  const matrix = await startMatrixHarness();
  const cells: Cell[] = [];
  try {
    for (const [at, each] of all.entries()) {
      if (at % triesAMinute === triesAMinute - 1) matrix.minuteLater();
      cells.push(await tryCell(matrix, each));
      onCell();
    }
  } finally {
    await matrix.close();
  }
  return cells;
}

async function tryCell(matrix: MatrixHarness, { row, who }: Try): Promise<Cell> {
  const { harness } = matrix;
  await matrix.reset();
  const prepared = (await row.prepare?.(matrix, who)) ?? "";
  const since = await newestOf(matrix, alpha.teamId);
  const theirs = await newestOf(matrix, bravo.teamId);
  const calls = harness.slack.calls.length;
  const requests = harness.vendors.cartesia.requests.length;
  const finished = matrix.finished();
  if (who === "unsaid") {
    // What Slack says about a person is cached for a minute.
    matrix.minuteLater();
    harness.slack.fail("users.info", { error: "fatal_error" });
  }
  const printed = await row.act(matrix, who, prepared);
  const isInSlack = !byNobody(row) && row.surface !== "command line" && row.surface !== "API";
  if (isInSlack)
    await harness.slack.eventually(`an end of ${row.verb} by ${who}`, () =>
      matrix.finished() > finished ? true : undefined,
    );
  const { audit } = harness.infra.store.workspace(alpha.teamId);
  const latest = await audit.entries({ limit: 500 });
  // Entries of the app's own jobs, such as an expiry of an earlier cell, do not count. Those in the name of a person do.
  const isAnswer = ({ actor }: AuditEntry): boolean => actor.kind !== "system" || actor.job === triedJob;
  const entries = latest.filter((entry) => entry.sequence > since && isAnswer(entry)).toReversed();
  const got = entries.map((entry) => answerOf(entry)).join(" ") || "shown";
  const patches = harness.vendors.cartesia.requests
    .slice(requests)
    .filter(({ method }) => method === "PATCH");
  const sent = entries.filter(({ kind }) => kind === "change.requested").length;
  const said = JSON.stringify([
    harness.slack.calls.slice(calls).map(({ args }) => args),
    isInSlack ? "" : printed,
  ]);
  const told = harness.slack.calls.slice(calls).some(({ ok, method }) => ok && method !== "users.info");
  const named = new RegExp(`“[^”]*”`, "gu");
  const wanted = expected(row, who);
  const broken = [
    ...(patches.length === sent ? [] : [`${patches.length} updates for ${sent} on record`]),
    ...((await newestOf(matrix, bravo.teamId)) === theirs ? [] : ["an entry in the other workspace's log"]),
    ...foreignWords.filter((words) => said.replaceAll(named, "").includes(words)),
    ...(told || !isInSlack || row.surface === "menu" ? [] : ["nobody was told anything"]),
  ];
  return { row, who, expected: wanted, got, broken };
}

async function newestOf({ harness }: MatrixHarness, workspaceId: string): Promise<number> {
  const [entry] = await harness.infra.store.workspace(workspaceId).audit.entries({ limit: 1 });
  return entry?.sequence ?? 0;
}

function answerOf({ kind, problem }: AuditEntry): string {
  return problem && kind !== "change.outcome" ? `${kind}/${problem.code}` : kind;
}

/** Whether the result is as expected. */
export function holds(cell: Cell): boolean {
  return cell.got === cell.expected && cell.broken.length === 0;
}

/** A result as text. */
export function cellText({ row, who, expected: wanted, got, broken }: Cell): string {
  const place = `${who} × ${row.verb} × ${row.surface} × ${row.target}`;
  return `${place}: expected ${wanted}, got ${got}${broken.length > 0 ? `; ${broken.join("; ")}` : ""}`;
}
