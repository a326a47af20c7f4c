import { z } from "zod";
import { parseActor, formatActor } from "../../domain/shared/actor.ts";
import {
  approvalMessage,
  approvalStates,
  requestedChange,
  requestedRun,
  type Approval,
  type ApprovalState,
  type Decision,
} from "../../domain/changes/approval.ts";
import type { Approvals } from "../../domain/ports/approvals.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { requestItem } from "../../domain/changes/approval-pages.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import { cancelRequests, schedulePages } from "./approval-work.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { cancelWork, claimantOf, scheduleWork, type Claimant } from "../due-work/schedule-work.ts";

/** A row of `approvals`. */
export interface ApprovalRow {
  readonly id: string;
  readonly state: string;
  readonly asked: string;
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly comment: string | null;
  readonly on_call: string | null;
  readonly wanted: number;
  readonly first_by: string | null;
  readonly first_at: string | null;
  readonly first_on_call: string | null;
  readonly messages: string;
}

/** A withdrawn request is kept as declined by the person who asked, who may not decline it otherwise. */
const keptState = (state: ApprovalState): string => (state === "withdrawn" ? "declined" : state);

const decidedBefore = new Error("the request is not open any more");

/** The approval requests of one workspace, each step written together with its audit entry. */
export function storedApprovals(db: WorkspaceDatabase, sources: StoreDeps): Approvals {
  const read = async (where: string, value: string): Promise<Approval[]> => {
    const sql =
      `SELECT * FROM approvals WHERE workspace_id = @workspaceId AND ${where} ORDER BY rowid` as const;
    const rows = await db.all<ApprovalRow>(sql, { value });
    const found: Approval[] = [];
    await forEachInBatches(rows, (row) => found.push(approvalFromRow(row)), smallBatchSize);
    return found;
  };
  return {
    ask: async ({ id, asked, expiresAt, wanted }, event, pageAt = []) => {
      const sql = `INSERT INTO approvals (workspace_id, id, state, asked, expires_at, wanted, messages)
        VALUES (@workspaceId, @id, 'open', @asked, @expiresAt, @wanted, '[]')`;
      const values = { id, asked: JSON.stringify(asked), expiresAt, wanted };
      await recordWith(db, sources, event, function* () {
        yield* db.run(sql, values);
        yield* scheduleWork(db, { kind: "approval_request", itemId: id, claimedBy: claimantOf(sources) });
        yield* scheduleWork(db, { kind: "approval_expiry", itemId: id, dueAt: new Date(expiresAt) });
        yield* schedulePages(db, id, 1, pageAt);
      });
    },

    find: async (id) => (await read("id = @value", id))[0],

    inState: async (state) => read("state = @value", keptState(state)),

    approveFirst: async (id, first, wanted, event, pageAt = []) =>
      writtenOnce(db, sources, event, function* () {
        const { by, at, onCall } = first;
        const values = { id, by: formatActor(by), at, onCall: onCall ?? null, wanted };
        if ((yield* db.run(firstSql, values)) === 0) return false;
        yield* cancelRequests(db, id);
        const itemId = requestItem(id, 2);
        yield* scheduleWork(db, { kind: "approval_request", itemId, claimedBy: claimantOf(sources) });
        yield* schedulePages(db, id, 2, pageAt);
        return true;
      }),

    decide: async (id, decision, event) =>
      writtenOnce(db, sources, event, () => decideRequest(db, sources, id, decision)),

    end: async (id) => {
      const sql =
        "UPDATE approvals SET state = 'over' WHERE workspace_id = @workspaceId AND id = @id AND state = 'approved'";
      await db.write(function* () {
        if ((yield* db.run(sql, { id })) > 0) yield* cancelWork(db, { kind: "approved_change", itemId: id });
      });
    },

    addMessage: async (id, { channelId, ts, userId }) => {
      await db.write(function* () {
        const kept = yield* db.row<Pick<ApprovalRow, "messages">>(messagesSql, { id });
        if (!kept) return;
        const messages = [...readMessages(kept), { channelId, ts, userId }];
        yield* db.run(updateMessagesSql, { id, messages: JSON.stringify(messages) });
        yield* cancelWork(db, { kind: "approval_request", itemId: id });
      });
    },
  };
}

/** Writes with an entry, or nothing if the request is not as it has to be; then false. */
async function writtenOnce(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  event: AuditEvent,
  write: () => Work<boolean>,
): Promise<boolean> {
  try {
    return await writeAudited(db, sources, function* () {
      if (!(yield* write())) throw decidedBefore;
      return { event, result: true };
    });
  } catch (error) {
    if (error === decidedBefore) return false;
    throw error;
  }
}

/** Decides an open request; false if it is not open any more, or wants another approval first. */
export function* decideRequest(
  db: WorkspaceDatabase,
  claimant: Claimant,
  id: string,
  { state, by, at, comment, onCall }: Decision,
): Work<boolean> {
  const decision = { by: formatActor(by), at, comment: comment ?? null, onCall: onCall ?? null };
  const values = { id, state: keptState(state), ...decision };
  if ((yield* db.run(decideSql, values)) === 0) return false;
  yield* cancelRequests(db, id);
  // One that expired is reported first.
  if (state !== "expired") yield* cancelWork(db, { kind: "approval_expiry", itemId: id });
  if (state === "approved")
    yield* scheduleWork(db, { kind: "approved_change", itemId: id, claimedBy: claimantOf(claimant) });
  return true;
}

const decideSql = `UPDATE approvals SET state = @state, decided_by = @by, decided_at = @at, comment = @comment,
  on_call = @onCall WHERE workspace_id = @workspaceId AND id = @id AND state = 'open'
  AND (@state <> 'approved' OR wanted = 1 OR (first_by IS NOT NULL AND first_by <> @by))`;
const firstSql = `UPDATE approvals SET wanted = @wanted, first_by = @by, first_at = @at, first_on_call = @onCall
  WHERE workspace_id = @workspaceId AND id = @id AND state = 'open' AND first_by IS NULL`;
const messagesSql = "SELECT messages FROM approvals WHERE workspace_id = @workspaceId AND id = @id";
const updateMessagesSql =
  "UPDATE approvals SET messages = @messages WHERE workspace_id = @workspaceId AND id = @id";

const readMessages = ({ messages }: Pick<ApprovalRow, "messages">): Approval["messages"] =>
  z.array(approvalMessage).parse(JSON.parse(messages));

/** The approval request of a row. */
export function approvalFromRow(row: ApprovalRow): Approval {
  const { decided_by: by, decided_at: at, comment, on_call: onCall } = row;
  const state = z.enum(approvalStates).parse(row.state);
  const asked = z.union([requestedRun, requestedChange]).parse(JSON.parse(row.asked));
  const decision =
    by && at
      ? { by: parseActor(by), at, comment: comment ?? undefined, onCall: onCall ?? undefined }
      : undefined;
  const first = row.first_by &&
    row.first_at && {
      by: parseActor(row.first_by),
      at: row.first_at,
      onCall: row.first_on_call ?? undefined,
    };
  const isOwn = decision?.by.kind === "user" && decision.by.userId === asked.userId;
  const approval = {
    id: row.id,
    state: state === "declined" && isOwn ? ("withdrawn" as const) : state,
    expiresAt: row.expires_at,
    wanted: row.wanted === 2 ? (2 as const) : (1 as const),
    first: first || undefined,
    decision,
    messages: readMessages(row),
  };
  return "runId" in asked ? { ...approval, asked } : { ...approval, asked };
}
