import { whyUnreadable } from "../../domain/failover/plans.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { requesterName, runTitle, type RunRequester } from "../../domain/runs/run.ts";
import type { BeginOptions } from "../../domain/runs/runs.ts";
import type { StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { claimantOf, scheduleWork } from "../due-work/schedule-work.ts";
import { decideRequest } from "../workflow/approvals.ts";
import { readableRun, runColumns, type RunRow } from "./run-rows.ts";

/** A run without its steps. Throws not_found if it does not exist or cannot be read. */
export function* findRun(db: WorkspaceDatabase, id: string): Work<RunRow> {
  const found = yield* db.row(findSql, { id });
  if (found === undefined)
    throw new Problem("not_found", "There is no such run any more. Ask for it again.", { field: "request" });
  const run = readableRun(found);
  if (!run) throw new Problem("not_found", `This run cannot be read. ${whyUnreadable}`, { field: "request" });
  return run;
}

/** A run to begin, in whose name, and the request that confirms it. */
interface Beginning extends BeginOptions {
  readonly id: string;
  readonly by: RunRequester;
  readonly requestId: string;
}

/** Marks a run as confirmed, and claims its execution for this process. Throws what `Runs.begin` throws. */
export function* beginRun(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  { id, by, requestId, approval, withdraws }: Beginning,
): Work<void> {
  const { terms, returns } = yield* checkMayBegin(db, id);
  if (withdraws && !(yield* decideRequest(db, sources, withdraws.id, withdraws.decision)))
    throw new Problem("already_requested", "The request for approval was decided meanwhile.");
  const at = sources.now();
  const ends = terms.forMs === undefined ? null : new Date(at.getTime() + terms.forMs).toISOString();
  const status = JSON.stringify({ approval, requestId });
  yield* db.run(beginSql, { id, by: JSON.stringify(by), at: at.toISOString(), ends, status });
  yield* scheduleWork(db, { kind: "run", itemId: id, lane: id, claimedBy: claimantOf(sources) });
  // Nobody continues a run while it is taken back.
  if (returns !== undefined) yield* db.run(stopPausedSql, { returns });
}

/**
 * A run that may begin now: it was shown and not confirmed yet, no other run of its plan is going on, and no other run
 * holds one of its numbers, except the run that it takes back, unless somebody has continued that. Throws not_found and already_requested, which says which run and who began it.
 */
function* checkMayBegin(db: WorkspaceDatabase, id: string): Work<RunRow> {
  const run = yield* findRun(db, id);
  if (run.state !== "shown") throw taken(run, runTitle(run));
  const same =
    run.kind === "revert" && run.incident !== undefined
      ? yield* db.row(revertSql, { id, incident: run.incident })
      : undefined;
  if (same !== undefined) throw taken(otherRun(same), runTitle(run));
  const holder = yield* db.row(holderSql, { id, returns: run.returns ?? "" });
  if (holder !== undefined) throw goesOn(otherRun(holder), "A number of it belongs to");
  const { plan } = run.terms;
  const ofPlan = plan && isOfPlan(run.kind) ? yield* db.row(planSql, { id, plan: plan.slug }) : undefined;
  if (ofPlan !== undefined) throw goesOn(otherRun(ofPlan), "Its plan belongs to");
  return run;
}

/** A run that goes on. Throws conflict if it cannot be read: nobody knows what it does. */
function otherRun(found: unknown): RunRow {
  const run = readableRun(found);
  if (run) return run;
  throw new Problem("conflict", `A run that goes on cannot be read, so this cannot begin. ${whyUnreadable}`);
}

/** A number, and a plan, are in one run at a time. */
function goesOn(other: RunRow, what: string): Problem {
  return new Problem("already_requested", `${what} ${runTitle(other)} now.`, {
    startedBy: requesterName(other.by),
  });
}

const isOfPlan = (kind: RunRow["kind"]): boolean => kind === "failover" || kind === "practice";

function taken({ by }: RunRow, title: string): Problem {
  const words = `${title.charAt(0).toUpperCase()}${title.slice(1)} is being carried out, or has been.`;
  return new Problem("already_requested", words, { startedBy: requesterName(by) });
}

const beginSql = `UPDATE runs SET state = 'running', by = @by, started_at = @at, progress_at = @at, ends_at = @ends,
  status = @status
  WHERE workspace_id = @workspaceId AND id = @id`;
const stopPausedSql =
  "UPDATE runs SET state = 'stopped' WHERE workspace_id = @workspaceId AND id = @returns AND state = 'paused'";
const findSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND id = @id` as const;
const revertSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND incident = @incident
  AND kind = 'revert' AND state IN ('running', 'paused') AND id <> @id` as const;
const planSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND plan = @plan
  AND kind IN ('failover', 'practice') AND state IN ('running', 'paused', 'held') AND id <> @id LIMIT 1` as const;
const holderSql = `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId
  AND state IN ('running', 'paused', 'held') AND id <> @id AND (id <> @returns OR state = 'running')
  AND id IN (
    SELECT theirs.run_id FROM run_steps mine JOIN run_steps theirs
    ON theirs.workspace_id = mine.workspace_id AND theirs.connection_id = mine.connection_id
      AND theirs.number_id = mine.number_id
    WHERE mine.workspace_id = @workspaceId AND mine.run_id = @id)
  ORDER BY made_at, id LIMIT 1` as const;
