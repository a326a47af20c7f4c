import { Problem } from "../../domain/problem/problem.ts";
import type { Proposal, Proposals } from "../../domain/alerts/proposal.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { appendEntry, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { aside, send, type Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { scheduleWork } from "../due-work/schedule-work.ts";
import type { Keeping } from "../workflow/notifications.ts";
import { proposalColumns, proposalEvent, proposalOf, type ProposalRow } from "./proposal-rows.ts";
import { placeAlerts } from "./place-alerts.ts";
import { takeAlerts, type TakenAlerts } from "./take-alerts.ts";

/** How long a request is remembered, in milliseconds: longer than the oldest one that is accepted. */
const deliveryKeptMs = 3 * 24 * 60 * 60_000;
/** How long what alerts proposed is remembered after its last report, in milliseconds. */
const proposalKeptMs = 90 * 24 * 60 * 60_000;

/** For how long reports of alerts are gathered before their message is updated, in milliseconds. */
const gatheredMs = 2_000;

/** The proposals of one workspace. */
export function storedProposals(db: WorkspaceDatabase, sources: StoreDeps & Keeping): Proposals {
  const { now, removable } = sources;
  function* find(id: string): Work<Proposal | undefined> {
    const row = yield* db.row<ProposalRow>(findSql, { id });
    return row && proposalOf(row);
  }
  function* removeOld(): Work<void> {
    const deliveries = removable(deliveryKeptMs);
    if (deliveries) yield* send(forgetDeliveriesSql, { before: deliveries.getTime() });
    const before = removable(proposalKeptMs)?.toISOString();
    if (before === undefined) return;
    yield* db.send(forgetAlertsSql, { before });
    yield* db.send(forgetProposalsSql, { before });
  }
  const set = async (
    sql: typeof incidentSql | typeof previewSql | typeof postedSql | typeof toldSql,
    values: Record<string, string>,
  ) => {
    await db.write(() => db.run(sql, values));
  };
  return {
    receive: async (hookId, { digest, matched, hasAlerts }, by) => {
      const received = await db.write(function* () {
        const at = now();
        if (!(yield* db.row(hookSql, { hookId })))
          throw new Problem("not_found", "This hook was removed.", { field: "hook" });
        yield* removeOld();
        if (digest !== undefined) {
          const isNew = yield* db.run(deliverySql, { hookId, digest, atMs: at.getTime() });
          if (isNew === 0) return undefined;
        }
        const placed = yield* placeAlerts(db, { hookId, at }, matched);
        if (hasAlerts)
          yield* db.send(lastSql, { hookId, at: at.toISOString(), isMatched: placed.length > 0 ? 1 : 0 });
        const entries = [];
        for (const each of placed) {
          const taken = yield* takeAlerts(db, sources, hookId, each);
          if (taken === undefined) continue;
          yield* scheduleTelling(db, taken, at);
          if (taken.quietMs !== undefined) continue;
          const event = proposalEvent("proposal.made", taken.proposal, by);
          entries.push({ event, position: (yield* appendEntry(db, event, sources)).position });
        }
        return entries;
      });
      for (const { event, position } of received ?? []) sources.appended?.(db.workspaceId, position, event);
      return received !== undefined;
    },
    forgetDelivery: async (hookId, digest) => {
      await db.write(() => db.run(forgetDeliverySql, { hookId, digest }), aside);
    },
    find: async (id) => db.read(find(id)),
    ofIncident: async (incident) => (await db.all<ProposalRow>(ofIncidentSql, { incident })).map(proposalOf),
    unresolved: async () => (await db.all<ProposalRow>(unresolvedSql)).map(proposalOf),
    noteIncident: async (id, incident) => set(incidentSql, { id, incident }),
    notePreview: async (id, preview) => set(previewSql, { id, preview: JSON.stringify(preview) }),
    notePosted: async (id) => set(postedSql, { id, at: now().toISOString() }),
    noteToldResolved: async (id) => set(toldSql, { id, at: now().toISOString() }),
    dismiss: async (id, by) =>
      writeAudited(db, sources, function* () {
        const proposal = yield* find(id);
        if (!proposal) throw gone();
        if (proposal.state !== "open")
          throw new Problem("nothing_to_change", "This proposal is no longer open.", { field: "proposal" });
        yield* db.run(dismissSql, { id, by: formatActor(by.actor) });
        const dismissed = (yield* find(id)) ?? proposal;
        return { event: proposalEvent("proposal.dismissed", proposal, by), result: dismissed };
      }),
    remindAt: async (id, userId, at) => {
      await db.write(function* () {
        if (!(yield* find(id))) throw gone();
        yield* scheduleWork(db, { kind: "alert_reminder", itemId: `${id} ${userId}`, dueAt: at });
      });
    },
  };
}

/**
 * Schedules the work of telling people: at once for a new proposal and for one that is resolved after a while without news, else
 * a little later, so that many requests make one update. Work that is due by then, and that nobody has begun yet, will see
 * this one too; what was to be looked at later is looked at now.
 */
function* scheduleTelling(db: WorkspaceDatabase, { proposal, quietMs }: TakenAlerts, at: Date): Work<void> {
  const work = { kind: "alert_proposal", itemId: proposal.id } as const;
  const dueAt = new Date(at.getTime() + gatheredMs);
  const isUrgent = quietMs === undefined || (proposal.state === "resolved" && quietMs >= gatheredMs);
  if (isUrgent) yield* scheduleWork(db, work);
  else if (!(yield* db.row(isWaitingSql, { itemId: proposal.id, dueMs: dueAt.getTime() })))
    yield* scheduleWork(db, { ...work, dueAt });
}

const gone = (): Problem =>
  new Problem("not_found", "This proposal is gone: its hook was removed, or it is too old.", {
    field: "proposal",
  });

const findSql =
  `SELECT ${proposalColumns} FROM proposals WHERE workspace_id = @workspaceId AND id = @id` as const;
const ofIncidentSql = `SELECT ${proposalColumns} FROM proposals
  WHERE workspace_id = @workspaceId AND incident = @incident ORDER BY made_at, id` as const;
const unresolvedSql = `SELECT ${proposalColumns} FROM proposals
  WHERE workspace_id = @workspaceId AND state <> 'resolved' ORDER BY made_at DESC, id DESC LIMIT 100` as const;
const isWaitingSql = `SELECT 1 FROM work_items WHERE workspace_id = @workspaceId AND kind = 'alert_proposal'
  AND item_id = @itemId AND claimed_by IS NULL AND due_at <= @dueMs`;
const hookSql = "SELECT 1 FROM hooks WHERE workspace_id = @workspaceId AND id = @hookId";
const deliverySql = `INSERT INTO hook_deliveries VALUES (@workspaceId, @hookId, @digest, @atMs) ON CONFLICT DO NOTHING`;
const forgetDeliverySql =
  "DELETE FROM hook_deliveries WHERE workspace_id = @workspaceId AND hook_id = @hookId AND digest = @digest";
const lastSql =
  "UPDATE hooks SET last_at = @at, last_matched = @isMatched WHERE workspace_id = @workspaceId AND id = @hookId";
const ofProposal = "WHERE workspace_id = @workspaceId AND id = @id";
const incidentSql = `UPDATE proposals SET incident = @incident ${ofProposal}` as const;
const previewSql = `UPDATE proposals SET preview = @preview ${ofProposal}` as const;
const postedSql = `UPDATE proposals SET posted_at = @at ${ofProposal}` as const;
const toldSql = `UPDATE proposals SET told_resolved_at = @at ${ofProposal}` as const;
const dismissSql = `UPDATE proposals SET state = 'dismissed', dismissed_by = @by ${ofProposal}` as const;
// A few at a time.
const forgetDeliveriesSql = `DELETE FROM hook_deliveries WHERE (workspace_id, hook_id, digest) IN (
  SELECT workspace_id, hook_id, digest FROM hook_deliveries WHERE at_ms < @before
  ORDER BY at_ms LIMIT 50 FOR UPDATE SKIP LOCKED)`;
const old = "SELECT id FROM proposals WHERE workspace_id = @workspaceId AND changed_at < @before";
const forgetAlertsSql =
  `DELETE FROM hook_alerts WHERE workspace_id = @workspaceId AND proposal_id IN (${old})` as const;
const forgetProposalsSql = "DELETE FROM proposals WHERE workspace_id = @workspaceId AND changed_at < @before";
