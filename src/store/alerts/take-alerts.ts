import type { KeptAlert } from "../../domain/alerts/alert.ts";
import { maxKeptAlerts, reopensMs, staleMs, type Proposal } from "../../domain/alerts/proposal.ts";
import type { StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { PlacedAlerts } from "./place-alerts.ts";
import { proposalColumns, proposalOf, type ProposalRow } from "./proposal-rows.ts";

/** The ids of alerts that notes go to, at most. */
const mostNoted = 5;

interface AlertRow {
  readonly id: string;
  readonly state: KeptAlert["state"];
  readonly hash: string;
}

/** A proposal that has news. */
export interface TakenAlerts {
  readonly proposal: Proposal;
  /** The time since its last news, in milliseconds; undefined if it is new. */
  readonly quietMs: number | undefined;
}

/**
 * Adds alerts to their proposal within the current transaction, or makes one of their mapping. Returns the proposal if they say
 * anything new.
 */
export function* takeAlerts(
  db: WorkspaceDatabase,
  { now, newId }: Pick<StoreDeps, "now" | "newId">,
  hookId: string,
  { proposalId, mapping, alerts }: PlacedAlerts,
): Work<TakenAlerts | undefined> {
  const at = now();
  const last =
    mapping === undefined
      ? yield* find(db, proposalId)
      : yield* currentOf(db, { hookId, mappingId: mapping.id, at });
  const lastKnown = last
    ? new Map((yield* db.rows<AlertRow>(alertsSql, { id: last.id })).map((row) => [row.id, row]))
    : new Map<string, AlertRow>();
  const isStale =
    last !== undefined &&
    at.getTime() - Date.parse(last.changedAt) >= staleMs &&
    alerts.some((alert) => alert.state === "open" && !lastKnown.has(alert.id));
  const current = isStale ? undefined : last;
  const known = isStale ? new Map<string, AlertRow>() : lastKnown;
  const news = alerts.filter((alert) => isNews(alert, known));
  const [first] = news;
  if (!first) return undefined;
  const id = current?.id ?? newId("prop");
  if (!current) {
    const values = {
      id,
      hookId,
      mappingId: mapping?.id ?? "",
      mapping: JSON.stringify(mapping),
      at: at.toISOString(),
    };
    yield* db.run(makeSql, { ...values, key: first.key, title: first.title });
  }
  let uncounted = 0;
  for (const alert of news) {
    if (known.size >= maxKeptAlerts && !known.has(alert.id)) {
      uncounted += 1;
      continue;
    }
    known.set(alert.id, alert);
    const { id: alertId, title, state, hash } = alert;
    yield* db.send(keepSql, { id, alertId, title, state, hash });
  }
  const open = [...known.values()].filter(({ state }) => state === "open").length;
  const alertIds = [...new Set([...(current?.alertIds ?? []), ...news.map((alert) => alert.id)])];
  yield* db.run(countSql, {
    id,
    alerts: Math.max(known.size, current?.alerts ?? 0) + uncounted,
    open,
    state: stateOf(current, open, news),
    alertIds: JSON.stringify(alertIds.slice(0, mostNoted)),
    at: at.toISOString(),
  });
  const quietMs = current && at.getTime() - Date.parse(current.changedAt);
  return { proposal: yield* find(db, id), quietMs };
}

function* find(db: WorkspaceDatabase, id: string): Work<Proposal> {
  const row = yield* db.row<ProposalRow>(findSql, { id });
  if (!row) throw new Error("a proposal of this transaction was not found");
  return proposalOf(row);
}

/** The newest proposal of a mapping, if more alerts belong to it. */
function* currentOf(
  db: WorkspaceDatabase,
  { hookId, mappingId, at }: { readonly hookId: string; readonly mappingId: string; readonly at: Date },
): Work<Proposal | undefined> {
  const newest = yield* db.row<ProposalRow>(newestSql, { hookId, mappingId });
  const proposal = newest && proposalOf(newest);
  return proposal && isCurrent(proposal, at) ? proposal : undefined;
}

/** Whether more alerts belong to it. One that comes back soon after it was resolved opens it again. */
function isCurrent({ state, changedAt }: Proposal, at: Date): boolean {
  return state !== "resolved" || at.getTime() - Date.parse(changedAt) < reopensMs;
}

/** What is resolved before anybody heard of it is no news, and neither is the same again. */
function isNews({ id, state, hash }: KeptAlert, known: ReadonlyMap<string, AlertRow>): boolean {
  const before = known.get(id);
  return before ? before.state !== state || before.hash !== hash : state === "open";
}

/** Who said “not now” is not asked again while the same alerts are open. */
function stateOf(current: Proposal | undefined, open: number, news: readonly KeptAlert[]): Proposal["state"] {
  if (open === 0) return "resolved";
  if (current?.state === "dismissed") return "dismissed";
  if (current?.state === "resolved" && !news.some(({ state }) => state === "open")) return "resolved";
  return "open";
}

const newestSql = `SELECT ${proposalColumns} FROM proposals
  WHERE workspace_id = @workspaceId AND hook_id = @hookId AND mapping_id = @mappingId
  ORDER BY made_at DESC, id DESC LIMIT 1` as const;
const findSql =
  `SELECT ${proposalColumns} FROM proposals WHERE workspace_id = @workspaceId AND id = @id` as const;
const alertsSql =
  "SELECT alert_id AS id, state, hash FROM hook_alerts WHERE workspace_id = @workspaceId AND proposal_id = @id";
const makeSql = `INSERT INTO proposals
    (workspace_id, id, hook_id, source, mapping_id, mapping, state, alert_key, title, alert_ids, alerts, open_alerts, made_at, changed_at)
  VALUES (@workspaceId, @id, @hookId,
    (SELECT source FROM hooks WHERE workspace_id = @workspaceId AND id = @hookId),
    @mappingId, @mapping, 'open', @key, @title, '[]', 0, 0, @at, @at)`;
const keepSql = `INSERT INTO hook_alerts VALUES (@workspaceId, @id, @alertId, @title, @state, @hash)
  ON CONFLICT (workspace_id, proposal_id, alert_id) DO UPDATE
  SET title = excluded.title, state = excluded.state, hash = excluded.hash`;
const countSql = `UPDATE proposals SET alerts = @alerts, open_alerts = @open, state = @state, alert_ids = @alertIds,
    changed_at = @at
  WHERE workspace_id = @workspaceId AND id = @id`;
