import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { isFinal } from "../../domain/changes/change-record.ts";
import { deservesFirstCall, firstCallLanes, firstLookMs } from "../../domain/changes/first-call-lane.ts";
import { genesisHash } from "../crypto/chain-hash.ts";
import { together, type Work } from "../database/database.ts";
import type { WorkspaceDatabase, WorkspaceSql } from "../database/workspace-database.ts";
import { cancelWork, claimantOf, scheduleWork, type Claimant } from "../due-work/schedule-work.ts";
import type { People } from "./people.ts";
import { releaseFound } from "./release-found.ts";
import { schedulePageClosing } from "./schedule-page-closing.ts";
import { scheduleResult } from "./schedule-results.ts";
import { auditColumns, auditRow, searchColumns, type NewAuditRow } from "./audit-row.ts";

/** The clocks and ids of a store. */
export interface StoreDeps extends Claimant {
  readonly now: () => Date;
  /** See `Clocks`; it follows `now` unless given. */
  readonly monotonicMs?: (() => number) | undefined;
  /** A fresh, unguessable id with a prefix: `aud_…`. */
  readonly newId: (prefix: string) => string;
  /** Called after each written entry with the number of entries in its workspace. It must not throw. */
  readonly appended?: (workspaceId: string, count: number, event?: AuditEvent) => void;
  /** Whether servers announce its entries, because it is none. */
  readonly isBesideServers?: boolean;
  /** Seals people in new entries, and opens them again. Without it, entries are written as they are. */
  readonly people?: People | undefined;
}

/**
 * Appends one entry within the current transaction. Throws already_requested for a second `change.requested` with the same
 * request id, and not_recorded.
 */
export function* appendEntry(
  db: WorkspaceDatabase,
  event: AuditEvent,
  sources: Pick<StoreDeps, "now" | "newId" | "replicaId" | "isBesideServers" | "people">,
): Work<NewAuditRow> {
  const { now, newId } = sources;
  const { workspaceId } = db;
  const requestId = event.kind === "change.requested" ? event.requestId : null;
  const [{ sequence, position, previousHash }, sealed] = yield* together(
    db.database.nextPlace(workspaceId, requestId),
    sealing(db, event, sources.people),
  );
  const frame = {
    sequence,
    id: newId("aud"),
    at: now().toISOString(),
    workspaceId,
    position,
    previousHash: previousHash ?? genesisHash(workspaceId),
  };
  const row = auditRow(sealed, frame, db.database.storable);
  yield* db.insertOne(insertSql, row);
  yield* scheduleOutcome(db, event, new Date(frame.at), sources);
  yield* scheduleFirstCall(db, event, new Date(frame.at));
  if (isBreakGlassByCommand(event)) yield* scheduleWork(db, { kind: "break_glass", itemId: event.changeId });
  yield* releaseFound(db, event);
  yield* scheduleResult(db, event, sequence);
  yield* schedulePageClosing(db, event);
  if (sources.isBesideServers) yield* db.signal({ about: "entries" });
  return row;
}

function* sealing(db: WorkspaceDatabase, event: AuditEvent, people: People | undefined): Work<AuditEvent> {
  return people ? yield* people.seal(db, event) : event;
}

/** In Slack, the process that made the change tells those who review it; a command may have no connection to Slack. */
function isBreakGlassByCommand(
  event: AuditEvent,
): event is AuditEvent<"change.requested"> & { readonly changeId: string } {
  if (event.kind !== "change.requested" || event.changeId === undefined) return false;
  const { actor, details } = event;
  return actor.kind === "cli" && details?.breakGlass === "yes" && details.run === undefined;
}

/** A change that was sent is followed until its outcome is known: by this process, or by another one when this one ends. */
function* scheduleOutcome(
  db: WorkspaceDatabase,
  event: AuditEvent,
  dueAt: Date,
  claimant: Claimant,
): Work<void> {
  const { kind, changeId: itemId, number } = event;
  if (itemId === undefined) return;
  const work = { kind: "outcome", itemId } as const;
  if (kind === "change.requested")
    yield* scheduleWork(db, { ...work, lane: number?.connectionId, dueAt, claimedBy: claimantOf(claimant) });
  else if (kind === "change.outcome" && isFinal(event)) yield* cancelWork(db, work);
}

/** Who answers the first calls after a change is looked for once its outcome is on record. */
function* scheduleFirstCall(db: WorkspaceDatabase, event: AuditEvent, at: Date): Work<void> {
  const { kind, changeId: itemId } = event;
  if (kind !== "change.outcome" || itemId === undefined || !deservesFirstCall(event)) return;
  const lane = firstCallLanes(event).at(-1);
  yield* scheduleWork(db, { kind: "first_call", itemId, lane, dueAt: new Date(at.getTime() + firstLookMs) });
}

/**
 * Writes something together with its entry in one transaction, which is durable when the promise resolves. The event may
 * depend on what `write` finds, and `earlier` is an entry before it; without one, nothing is recorded. Throws not_recorded, and what `write` throws.
 */
export async function writeAudited<Result>(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  write: () => Work<{
    readonly event?: AuditEvent | undefined;
    readonly earlier?: AuditEvent | undefined;
    readonly result: Result;
  }>,
): Promise<Result> {
  const written = await db.write(function* () {
    const { event, earlier, result } = yield* write();
    const entries: { readonly event: AuditEvent; readonly position: number }[] = [];
    for (const each of [earlier, event])
      if (each) entries.push({ event: each, position: (yield* appendEntry(db, each, sources)).position });
    return { entries, result };
  });
  for (const { event, position } of written.entries) sources.appended?.(db.workspaceId, position, event);
  return written.result;
}

/** The same for a write that depends on nothing it finds. */
export async function recordWith(
  db: WorkspaceDatabase,
  sources: StoreDeps,
  event: AuditEvent,
  write: () => Work<unknown>,
): Promise<void> {
  await writeAudited(db, sources, function* () {
    yield* write();
    return { event, result: undefined };
  });
}

const insertColumns = [...auditColumns, ...searchColumns];
const insertSql: WorkspaceSql = `INSERT INTO audit_entries (workspace_id, ${columnList("")})
  VALUES (@workspaceId, ${columnList("@")})`;

function columnList(prefix: "" | "@"): string {
  return insertColumns
    .filter((column) => column !== "workspace_id")
    .map((column) => prefix + column)
    .join(", ");
}
