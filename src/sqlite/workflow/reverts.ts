import { Problem } from "../../domain/problem.ts";
import { requester } from "../../domain/reply-target.ts";
import { revertStep, stepResult, type Revert, type Reverts } from "../../domain/revert.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/event-loop.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import type { Keeping } from "./notifications.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** How long a revert is stored after it was shown, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

interface Row {
  readonly id: string;
  readonly incident: string;
  readonly by: string;
  readonly state: Revert["state"];
}

/** The reverts of one workspace, with a row for each step. */
export function sqliteReverts(
  db: SqliteDatabase,
  workspaceId: string,
  sources: StoreDeps & Keeping,
): Reverts {
  const find = (id: string): Row => {
    const sql = "SELECT id, incident, by, state FROM reverts WHERE workspace_id = ? AND id = ?";
    const row = prepared<Row>(db, sql).get(workspaceId, id);
    if (!row) throw new Problem("not_found", "There is no such revert any more. Ask for it again.");
    return row;
  };
  const forget = (before: string): void => {
    const old = "SELECT id FROM reverts WHERE workspace_id = ? AND made_at < ? AND state <> 'running'";
    for (const { id } of prepared<{ id: string }>(db, old).all(workspaceId, before)) {
      prepared(db, "DELETE FROM revert_steps WHERE workspace_id = ? AND revert_id = ?").run(workspaceId, id);
      prepared(db, "DELETE FROM reverts WHERE workspace_id = ? AND id = ?").run(workspaceId, id);
    }
  };
  return {
    show: async ({ id, incident, by, steps }) => {
      const at = sources.now();
      await writeTransaction(db, () => {
        const before = sources.removable(keptMs);
        if (before) forget(before.toISOString());
        prepared(db, "INSERT INTO reverts VALUES (?, ?, ?, ?, ?, 'shown')").run(
          workspaceId,
          id,
          incident,
          JSON.stringify(by),
          at.toISOString(),
        );
        const insert = prepared(db, "INSERT INTO revert_steps VALUES (?, ?, ?, ?, NULL)");
        for (const [position, step] of steps.entries())
          insert.run(workspaceId, id, position, JSON.stringify(step));
      });
    },
    get: async (id) => {
      const { incident, by, state } = find(id);
      const sql =
        "SELECT step, result FROM revert_steps WHERE workspace_id = ? AND revert_id = ? ORDER BY position";
      const rows = prepared<{ step: string; result: string | null }>(db, sql).all(workspaceId, id);
      const steps: Revert["steps"][number][] = [];
      await forEachInBatches(
        rows,
        ({ step, result }) =>
          steps.push({
            ...revertStep.parse(JSON.parse(step)),
            ...(result === null ? {} : { result: stepResult.parse(JSON.parse(result)) }),
          }),
        smallBatchSize,
      );
      return { id, incident, by: requester.parse(JSON.parse(by)), state, steps };
    },
    begin: async (id, by, event) => {
      await writeAudited(db, workspaceId, sources, () => {
        const { incident, state } = find(id);
        const sql = "SELECT 1 FROM reverts WHERE workspace_id = ? AND incident = ? AND state = 'running'";
        if (state !== "shown" || prepared(db, sql).get(workspaceId, incident))
          throw new Problem(
            "already_requested",
            `The revert of ${incident} is being carried out, or has been.`,
          );
        const start = "UPDATE reverts SET state = 'running', by = ? WHERE workspace_id = ? AND id = ?";
        prepared(db, start).run(JSON.stringify(by), workspaceId, id);
        return { event, result: undefined };
      });
    },
    tryAgain: async (id, position, changeId) => {
      const sql = `UPDATE revert_steps SET step = json_set(step, '$.changeId', ?)
        WHERE workspace_id = ? AND revert_id = ? AND position = ?`;
      await writeTransaction(db, () => prepared(db, sql).run(changeId, workspaceId, id, position));
    },
    noteStep: async (id, position, result) => {
      const sql =
        "UPDATE revert_steps SET result = ? WHERE workspace_id = ? AND revert_id = ? AND position = ?";
      await writeTransaction(db, () =>
        prepared(db, sql).run(JSON.stringify(result), workspaceId, id, position),
      );
    },
    end: async (id) => {
      const sql = "UPDATE reverts SET state = 'done' WHERE workspace_id = ? AND id = ?";
      await writeTransaction(db, () => prepared(db, sql).run(workspaceId, id));
    },
    running: async () => {
      const sql = "SELECT id FROM reverts WHERE workspace_id = ? AND state = 'running' ORDER BY made_at, id";
      return prepared<{ id: string }>(db, sql)
        .all(workspaceId)
        .map(({ id }) => id);
    },
  };
}
