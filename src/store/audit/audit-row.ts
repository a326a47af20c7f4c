import { parseActor, formatActor } from "../../domain/shared/actor.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry, AuditEvent, EntryFrame, Outcome } from "../../domain/audit/audit-log.ts";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import { nameOrder, rowHash } from "../crypto/chain-hash.ts";

/** A row of the audit table. Columns that hold objects are JSON. */
export interface AuditRow {
  readonly sequence: number;
  readonly id: string;
  readonly at: string;
  readonly workspace_id: string;
  readonly kind: AuditKind;
  readonly actor: string;
  readonly request_id: string;
  readonly connection: string | null;
  readonly number: string | null;
  readonly change_id: string | null;
  readonly change_kind: ChangeKind | null;
  readonly before_state: string | null;
  readonly wanted_state: string | null;
  readonly after_state: string | null;
  readonly labels: string | null;
  readonly reason: string | null;
  readonly outcome: Outcome | null;
  readonly problem: string | null;
  readonly vendor_status: number | null;
  readonly duration_ms: number | null;
  readonly details: string | null;
  readonly position: number;
  readonly previous_hash: string;
  readonly hash: string;
}

/** Columns for searching, which are written but not read. */
interface SearchColumns {
  readonly number_connection_id: string | null;
  readonly number_id: string | null;
  readonly number_text: string | null;
}
/** The names of these columns. */
export const searchColumns = [
  "number_connection_id",
  "number_id",
  "number_text",
] as const satisfies readonly (keyof SearchColumns)[];

/** The columns that are read. */
export const auditColumns = [
  "sequence",
  "id",
  "at",
  "workspace_id",
  "kind",
  "actor",
  "request_id",
  "connection",
  "number",
  "change_id",
  "change_kind",
  "before_state",
  "wanted_state",
  "after_state",
  "labels",
  "reason",
  "outcome",
  "problem",
  "vendor_status",
  "duration_ms",
  "details",
  "position",
  "previous_hash",
  "hash",
] as const satisfies readonly (keyof AuditRow)[];

/** The order in which the columns of an entry are hashed. */
export const auditOrder = nameOrder([...auditColumns, ...searchColumns]);

type Written = AuditRow & SearchColumns;

/** A row as it is written. */
export type NewAuditRow = { readonly [Column in keyof Written]: Written[Column] };

/** The row of a new entry with its hash. Texts become `storable`, so that they are read back unchanged. */
export function auditRow(
  event: AuditEvent,
  { sequence, id, at, workspaceId, position, previousHash }: EntryFrame,
  storable: (text: string) => string,
): NewAuditRow {
  const { number } = event;
  // JSON escapes what a database cannot store as text.
  const plain = (text: string | undefined): string | null => (text === undefined ? null : storable(text));
  const row: NewAuditRow = {
    sequence,
    id,
    at,
    workspace_id: workspaceId,
    kind: event.kind,
    actor: storable(formatActor(event.actor)),
    request_id: storable(event.requestId),
    connection: json(event.connection),
    number: json(number),
    number_connection_id: plain(number?.connectionId),
    number_id: plain(number?.numberId),
    number_text: number ? plain(searchText([number.e164, number.name, number.numberId].join("\n"))) : null,
    change_id: plain(event.changeId),
    change_kind: event.change ?? null,
    before_state: json(event.before),
    wanted_state: json(event.wanted),
    after_state: json(event.after),
    labels: json(event.labels),
    reason: plain(event.reason),
    outcome: event.outcome ?? null,
    problem: json(event.problem),
    vendor_status: event.vendorStatus ?? null,
    // SQLite stores NaN as NULL.
    duration_ms: Number.isFinite(event.durationMs) ? (event.durationMs ?? null) : null,
    details: json(event.details),
    position,
    previous_hash: previousHash,
    hash: "",
  };
  return { ...row, hash: rowHash(row, auditOrder) };
}

/** The entry of a row. Null columns become undefined. */
export function auditEntry(row: AuditRow): AuditEntry {
  return {
    sequence: row.sequence,
    id: row.id,
    at: row.at,
    workspaceId: row.workspace_id,
    kind: row.kind,
    actor: parseActor(row.actor),
    requestId: row.request_id,
    connection: parsed(row.connection),
    number: parsed(row.number),
    changeId: row.change_id ?? undefined,
    change: row.change_kind ?? undefined,
    before: parsed(row.before_state),
    wanted: parsed(row.wanted_state),
    after: parsed(row.after_state),
    labels: parsed(row.labels),
    reason: row.reason ?? undefined,
    outcome: row.outcome ?? undefined,
    problem: parsed(row.problem),
    vendorStatus: row.vendor_status ?? undefined,
    durationMs: row.duration_ms ?? undefined,
    details: parsed(row.details),
    position: row.position,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** Text as stored in `number_text` and searched for, in one case. */
export function searchText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

// The value that `json` stored in that column. The entry's type says which type it has.
function parsed(text: string | null) {
  return text === null ? undefined : JSON.parse(text);
}
