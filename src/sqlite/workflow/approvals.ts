import { z } from "zod";
import { parseActor, formatActor } from "../../domain/actor.ts";
import { approvalStates, requestedChange, type Approval, type ApprovalState } from "../../domain/approval.ts";
import type { Approvals } from "../../domain/approvals.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/event-loop.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { messageAddress } from "../../domain/reply-target.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** A row of `approvals`. */
export interface ApprovalRow {
  readonly id: string;
  readonly state: string;
  readonly asked: string;
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly comment: string | null;
  readonly messages: string;
}

/** A withdrawn request is kept as declined by the person who asked, who may not decline it otherwise. */
const keptState = (state: ApprovalState): string => (state === "withdrawn" ? "declined" : state);

const decidedBefore = new Error("the request is not open any more");

/** The approval requests of one workspace, each step written together with its audit entry. */
export function sqliteApprovals(db: SqliteDatabase, workspaceId: string, sources: StoreDeps): Approvals {
  const read = async (where: string, value: string): Promise<Approval[]> => {
    const sql = `SELECT * FROM approvals WHERE workspace_id = ? AND ${where} ORDER BY rowid`;
    const rows = prepared<ApprovalRow>(db, sql).all(workspaceId, value);
    const found: Approval[] = [];
    await forEachInBatches(rows, (row) => found.push(approvalFromRow(row)), smallBatchSize);
    return found;
  };
  return {
    ask: async ({ id, asked, expiresAt }, event) => {
      await writeAudited(db, workspaceId, sources, () => {
        const sql = `INSERT INTO approvals (workspace_id, id, state, asked, expires_at, messages)
          VALUES (?, ?, 'open', ?, ?, '[]')`;
        prepared(db, sql).run(workspaceId, id, JSON.stringify(asked), expiresAt);
        return { event, result: undefined };
      });
    },

    find: async (id) => (await read("id = ?", id))[0],

    inState: async (state) => read("state = ?", keptState(state)),

    late: async (by) => read("state = 'open' AND expires_at <= ?", by.toISOString()),

    decide: async (id, { state, by, at, comment = null }, event) => {
      try {
        return await writeAudited(db, workspaceId, sources, () => {
          const sql = `UPDATE approvals SET state = ?, decided_by = ?, decided_at = ?, comment = ?
            WHERE workspace_id = ? AND id = ? AND state = 'open'`;
          const { changes } = prepared(db, sql).run(
            keptState(state),
            formatActor(by),
            at,
            comment,
            workspaceId,
            id,
          );
          if (changes === 0) throw decidedBefore;
          return { event, result: true };
        });
      } catch (error) {
        if (error === decidedBefore) return false;
        throw error;
      }
    },

    end: async (id) => {
      const sql =
        "UPDATE approvals SET state = 'over' WHERE workspace_id = ? AND id = ? AND state = 'approved'";
      await writeTransaction(db, () => prepared(db, sql).run(workspaceId, id));
    },

    addMessage: async (id, { channelId, ts }) => {
      const sql = `UPDATE approvals SET messages = json_insert(messages, '$[#]', json_object('channelId', ?, 'ts', ?))
        WHERE workspace_id = ? AND id = ?`;
      await writeTransaction(db, () => prepared(db, sql).run(channelId, ts, workspaceId, id));
    },
  };
}

/** The approval request of a row. */
export function approvalFromRow(row: ApprovalRow): Approval {
  const { decided_by: by, decided_at: at, comment } = row;
  const state = z.enum(approvalStates).parse(row.state);
  const asked = requestedChange.parse(JSON.parse(row.asked));
  const decision = by && at ? { by: parseActor(by), at, comment: comment ?? undefined } : undefined;
  const isOwn = decision?.by.kind === "user" && decision.by.userId === asked.userId;
  return {
    id: row.id,
    state: state === "declined" && isOwn ? "withdrawn" : state,
    asked,
    expiresAt: row.expires_at,
    decision,
    messages: z.array(messageAddress).parse(JSON.parse(row.messages)),
  };
}
