import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { Runs } from "../../domain/runs/runs.ts";
import { appendEntry, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { isReturnedSql, scheduleIfReturned } from "../audit/release-found.ts";
import { scheduleResolved } from "../audit/schedule-results.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork } from "../due-work/schedule-work.ts";
import { findRun } from "./begin-run.ts";
import { holdOnly, releasePutBack } from "./hold-only.ts";

/** The end of runs, and of the failovers that they take back. */
export function runEnds(
  db: WorkspaceDatabase,
  sources: StoreDeps,
): Pick<Runs, "end" | "releaseReturned" | "endIfReturned"> {
  function* endReturned(id: string): Work<void> {
    yield* db.run(endSql, { id });
    yield* cancelWork(db, { kind: "run", itemId: id });
    yield* cancelWork(db, { kind: "run_reminder", itemId: id });
  }
  function* leave(id: string, returns: string, left: readonly NumberKey[]): Work<void> {
    yield* holdOnly(db, returns, left, sources.now());
    yield* releasePutBack(db, id, returns);
    yield* scheduleIfReturned(db, returns);
  }
  return {
    end: async (id, event, left = []) => {
      const position = await db.write(function* () {
        const { state, returns, kind, incident } = yield* findRun(db, id);
        if (state === "done") return undefined;
        yield* db.run(endSql, { id });
        // The end of a revert has no entry.
        if (kind === "revert" && incident !== undefined) yield* scheduleResolved(db, incident);
        yield* cancelWork(db, { kind: "run", itemId: id });
        if (event && returns !== undefined)
          yield* left.length > 0 ? leave(id, returns, left) : endReturned(returns);
        return event && (yield* appendEntry(db, event, sources)).position;
      });
      if (position !== undefined) sources.appended?.(db.workspaceId, position);
    },
    releaseReturned: async (id) =>
      db.write(function* () {
        const { state, returns } = yield* findRun(db, id);
        if (state !== "stopped" || returns === undefined) return;
        yield* releasePutBack(db, id, returns);
        yield* scheduleIfReturned(db, returns);
      }),
    endIfReturned: async (id, event) =>
      writeAudited(db, sources, function* () {
        if (!(yield* db.row(returnedSql, { id }))) return { result: false };
        const { status } = yield* findRun(db, id);
        yield* db.run(endSql, { id });
        yield* db.run(foundSql, { id, status: JSON.stringify({ ...status, isFoundReturned: true }) });
        // The work of the run goes on: it reports the end, even if this process stops before.
        yield* cancelWork(db, { kind: "run_reminder", itemId: id });
        return { event, result: true };
      }),
  };
}

const endSql = "UPDATE runs SET state = 'done' WHERE workspace_id = @workspaceId AND id = @id";
const foundSql = "UPDATE runs SET status = @status WHERE workspace_id = @workspaceId AND id = @id";
const returnedSql =
  `SELECT 1 FROM runs f WHERE f.workspace_id = @workspaceId AND f.id = @id AND ${isReturnedSql}` as const;
