import { actorFromText, actorText } from "../domain/actor.ts";
import type { AuditEntry, AuditEvent, AuditKind, Outcome } from "../domain/audit-log.ts";
import type { ChangeKind } from "../domain/change.ts";

/** An audit entry as its table holds it; the columns that hold objects are JSON. */
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
}

/** The columns that are written but not read back: they are there to be searched. */
interface SearchColumns {
  readonly number_connection_id: string | null;
  readonly number_id: string | null;
  readonly number_text: string | null;
}

/** The columns of an entry, to be read. */
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
] as const satisfies readonly (keyof AuditRow)[];

/** What the database does not decide itself about a new row. */
export type NewAuditRow = Omit<AuditRow, "sequence"> & SearchColumns;

/** The row of a new entry. */
export function auditRow(
  event: AuditEvent,
  { id, at, workspaceId }: { readonly id: string; readonly at: string; readonly workspaceId: string },
): NewAuditRow {
  const { number } = event;
  return {
    id,
    at,
    workspace_id: workspaceId,
    kind: event.kind,
    actor: actorText(event.actor),
    request_id: event.requestId,
    connection: json(event.connection),
    number: json(number),
    number_connection_id: number?.connectionId ?? null,
    number_id: number?.numberId ?? null,
    number_text: number ? searchText([number.e164, number.name, number.numberId].join("\n")) : null,
    change_id: event.changeId ?? null,
    change_kind: event.change ?? null,
    before_state: json(event.before),
    wanted_state: json(event.wanted),
    after_state: json(event.after),
    labels: json(event.labels),
    reason: event.reason ?? null,
    outcome: event.outcome ?? null,
    problem: json(event.problem),
    vendor_status: event.vendorStatus ?? null,
    duration_ms: event.durationMs ?? null,
  };
}

/** The entry of a row; what it does not have is undefined. */
export function auditEntry(row: AuditRow): AuditEntry {
  return {
    sequence: row.sequence,
    id: row.id,
    at: row.at,
    workspaceId: row.workspace_id,
    kind: row.kind,
    actor: actorFromText(row.actor),
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
  };
}

/** Text as `number_text` holds it and is searched in: without regard to case. */
export function searchText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

function json(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

// Whatever `json` wrote into that column; the type of the entry says what that is.
function parsed(text: string | null) {
  return text === null ? undefined : JSON.parse(text);
}
